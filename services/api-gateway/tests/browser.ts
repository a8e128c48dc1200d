/** As much of a browser as a sign-in needs: it keeps cookies by origin and stops at every redirect. */
export const browser = () => {
  const jars = new Map<string, Map<string, string>>();
  const jarOf = (url: string): Map<string, string> => {
    const { origin } = new URL(url);
    const jar = jars.get(origin) ?? new Map<string, string>();
    jars.set(origin, jar);
    return jar;
  };
  const visit = async (url: string, init: RequestInit = {}): Promise<Response> => {
    const jar = jarOf(url);
    const headers = new Headers(init.headers);
    if (jar.size > 0) headers.set('cookie', [...jar].map(([name, value]) => `${name}=${value}`).join('; '));
    const response = await fetch(url, { ...init, redirect: 'manual', headers });
    for (const cookie of response.headers.getSetCookie()) {
      const [name = '', value = ''] = cookie.split(';')[0]!.split(/=(.*)/s);
      if (value) jar.set(name, value);
      else jar.delete(name);
    }
    return response;
  };
  /** Goes where the answer leads. */
  const follow = async (response: Response, from: string): Promise<{ response: Response; url: string }> => {
    const url = new URL(response.headers.get('location') ?? '', from).href;
    return { response: await visit(url), url };
  };
  return { visit, follow };
};

/** Signs in at the dev stack's provider by its form, and comes back; the answer is the callback's. */
export const signInAs = async ({ visit, follow }: ReturnType<typeof browser>, gateway: string, account: string): Promise<Response> => {
  const toProvider = await follow(await visit(`${gateway}/auth/login?return_to=/admin/system/credentials`), gateway);
  const loginPage = new URL(toProvider.response.headers.get('location') ?? '', toProvider.url).href;
  const submitted = await visit(loginPage, { method: 'POST', body: new URLSearchParams({ account }) });
  const resumed = await follow(submitted, loginPage);
  return (await follow(resumed.response, resumed.url)).response;
};

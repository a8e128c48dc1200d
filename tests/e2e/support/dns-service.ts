import { join } from 'node:path';
import { type Endpoints, freePort, projectRoot, spawnService, writeSecretFile } from '@keyturn/dev-stack';
import { expect, inject } from 'vitest';

export type DnsAnswer = { readonly status: number; readonly json: unknown };
export type DnsService = {
  readonly instance: string;
  /** Of the process; another one after a restart. */
  pid(): number | undefined;
  /** Calls the service as its users do. */
  call(method: string, path: string, body?: unknown): Promise<DnsAnswer>;
  stop(): Promise<void>;
};

/** The stack that a service is started on: the one that the files share, or one of a file's own. */
type Place = { readonly varDir: string; readonly endpoints: Endpoints };

const asAdmin = (
  { endpoints: { gatewayUrl, tokens } }: Place,
  path: string,
  { method, body }: { method: string; body: unknown },
): Promise<Response> =>
  fetch(`${gatewayUrl}${path}`, {
    method,
    headers: { authorization: `Bearer ${tokens.admin}`, 'content-type': 'application/json', 'if-match': '*' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(20_000),
  });

/** Registers the consumer and starts the DNS service of `examples/` as it, with an API token of its own. */
export const startDnsService = async (
  name: string,
  { grants, env, at = inject('stack') }: { readonly grants: readonly string[]; readonly env: NodeJS.ProcessEnv; readonly at?: Place },
): Promise<DnsService> => {
  const { varDir, endpoints } = at;
  const actions = ['read', 'preflight', 'ack'] as const;
  const body = { grants: grants.flatMap((pattern) => actions.map((action) => ({ action, pattern }))) };
  const consumer = `/api/v1/admin/consumers/${name}`;
  expect((await asAdmin(at, consumer, { method: 'PUT', body })).status).toBeLessThan(300);
  const issued = (await (await asAdmin(at, `${consumer}/tokens`, { method: 'POST', body: {} })).json()) as { token: string };
  const [tokenFile, apiTokenFile] = [join(varDir, `${name}.token`), join(varDir, `${name}.api-token`)];
  writeSecretFile(tokenFile, issued.token);
  writeSecretFile(apiTokenFile, 'the-token-of-its-callers');
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const process = await spawnService({
    name,
    varDir,
    entry: join(projectRoot, 'examples', 'dns', 'src', 'main.ts'),
    readyTimeoutMs: 60_000,
    isReady: async () => (await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(2_000) })).ok,
    env: {
      GATEWAY_URL: endpoints.gatewayUrl,
      KEYTURN_TOKEN_FILE: tokenFile,
      CONSUMER: name,
      INSTANCE: 'one',
      API_TOKEN_FILE: apiTokenFile,
      PORT: String(port),
      RESOLVE_EVERY_MS: '200',
      BEAT_EVERY_MS: '500',
      ...env,
    },
  });
  return {
    instance: `${name}/one`,
    call: async (method, path, sent) => {
      const response = await fetch(`${url}/api/v1${path}`, {
        method,
        headers: { authorization: 'Bearer the-token-of-its-callers', 'content-type': 'application/json' },
        ...(sent === undefined ? {} : { body: JSON.stringify(sent) }),
      });
      const text = await response.text();
      return { status: response.status, json: text === '' ? null : JSON.parse(text) };
    },
    pid: () => process.pid(),
    stop: () => process.stop(),
  };
};

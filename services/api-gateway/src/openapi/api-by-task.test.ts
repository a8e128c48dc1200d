import { readFile } from 'node:fs/promises';
import { newApiToken } from '@keyturn/sealing';
import { beforeAll, describe, expect, it } from 'vitest';
import { SAMPLE_CREDENTIAL_ID, SAMPLE_TOKEN_ID } from '../samples/ids.ts';
import { testApp } from '../testing/test-app.ts';

// Each call on the page for tasks is made, at the real routes before a vault in memory: its path exists, its body is taken, and who makes it may.

type Call = { readonly role: string | null; readonly args: readonly string[]; readonly text: string };
type Asked = { readonly path: string; readonly method: string; readonly headers: Record<string, string>; readonly body?: string };

const page = await readFile(new URL('../../../../docs/api-by-task.md', import.meta.url), 'utf8');

const VARIABLES: Readonly<Record<string, string>> = {
  URL: '',
  ID: SAMPLE_CREDENTIAL_ID,
  TOKEN_ID: SAMPLE_TOKEN_ID,
  BULK: '0190c8a0-2222-7000-8000-000000000001',
  ETAG: '"3"',
  TOKEN: newApiToken().reveal(),
};
const ROLES: Readonly<Record<string, string>> = { professional: 'user', admin2: 'admin' };

const withValues = (text: string): string =>
  text.replaceAll(/\$([A-Z_]+)/g, (_whole, name: string) => {
    const value = VARIABLES[name];
    if (value === undefined) throw new Error(`the page uses $${name}, of which this test knows nothing`);
    return value;
  });

/** As much of a shell as the page needs: words, quotes, comments, pipes and `$(…)`. */
const WORD = /'(?<single>[^']*)'|"(?<double>[^"]*)"|(?<skip>\\\n|#[^\n]*)|(?<end>[\n|>)])|(?<bare>[^\s'"|>)]+)/g;
const commandsIn = (script: string): string[][] => {
  const commands: string[][] = [[]];
  const text = script.replaceAll(/\$\(jq -r \.tokens\.(\w+) \$E\)/g, 'test-$1').replaceAll('$(', '\n');
  for (const { groups = {} } of text.matchAll(WORD)) {
    if (groups['end'] !== undefined) commands.push([]);
    const open = groups['double'] ?? groups['bare'];
    const word = groups['single'] ?? (open === undefined ? undefined : withValues(open));
    if (word !== undefined) commands.at(-1)?.push(word);
  }
  return commands;
};

const callOf = ([program, ...words]: string[]): Call[] => {
  const [account = ''] = words;
  const text = [program, ...words].join(' ');
  if (program === 'as') return [{ role: ROLES[account] ?? account, args: words.slice(1), text }];
  return program === 'curl' ? [{ role: null, args: words, text }] : [];
};
/** The first block is only what the others need. */
const calls = [...page.matchAll(/```sh\n(?<script>[\s\S]*?)```/g)]
  .map(({ groups }) => groups?.['script'] ?? '')
  .filter((script) => !script.includes('as()') && !script.startsWith('npx'))
  .flatMap((script) => commandsIn(script).flatMap(callOf));

const OPTIONS = { '-X': 'method', '-d': 'body', '-H': 'header', '-o': 'nothing', '-D': 'nothing' } as const;
const isOption = (word: string): word is keyof typeof OPTIONS => word in OPTIONS;

const askedBy = ({ role, args }: Call): Asked => {
  const said = { method: [] as string[], body: [] as string[], header: [] as string[], nothing: [] as string[], path: [] as string[] };
  for (let at = 0; at < args.length; at += 1) {
    const word = args[at] ?? '';
    if (isOption(word)) said[OPTIONS[word]].push(args[(at += 1)] ?? '');
    else if (!word.startsWith('-')) said.path.push(word);
  }
  const [body] = said.body;
  const headers = Object.fromEntries(said.header.map((header) => header.split(': ', 2) as [string, string]));
  return {
    path: said.path.join(' '),
    method: said.method[0] ?? (body === undefined ? 'GET' : 'POST'),
    headers: {
      ...(role === null ? {} : { authorization: `Bearer test-${role}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body }),
  };
};

describe('a call of the page for tasks', () => {
  let app: ReturnType<typeof testApp>['app'];
  beforeAll(() => {
    ({ app } = testApp());
  });

  it('is there', () => {
    expect(calls.length).toBeGreaterThan(40);
  });
  it.each(calls.map((call) => [call.text, call] as const))('%s', async (_text, call) => {
    const { path, ...init } = askedBy(call);
    const answer = await app.request(path, init);
    const said = answer.status < 400 ? '' : await answer.text();
    await (answer.bodyUsed ? null : answer.body?.cancel());
    expect({ isFine: answer.status < 400, said }).toEqual({ isFine: true, said: '' });
  });
});

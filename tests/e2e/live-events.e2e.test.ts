import { randomUUID } from 'node:crypto';
import { waitUntil } from '@keyturn/dev-stack';
import { ByokKeySaved, Session, StreamedEvent } from '@keyturn/contracts/api';
import { userScope } from '@keyturn/contracts/scopes';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Ask, ask, credentialPath } from './support/ask.ts';
import { OPENAI_KEYS } from './support/openai-keys.ts';

// What each role hears on the real stream, of one key of a user's own, one system credential, and one thing that is no credential's.

const { endpoints, credentialId } = inject('stack');
const { tokens } = endpoints;
type Account = keyof typeof tokens;
const MARK = `said-${randomUUID()}`;
const DOORS = ['admin', 'operator', 'auditor', 'professional', 'free'] as const;

const stop = new AbortController();
const heard = new Map<Account, StreamedEvent[]>();
const of = (account: Account): StreamedEvent[] => heard.get(account) ?? [];

const listen = async (account: Account): Promise<void> => {
  const headers = { authorization: `Bearer ${tokens[account]}` };
  const response = await fetch(`${endpoints.gatewayUrl}/api/v1/events`, { headers, signal: stop.signal });
  if (response.status !== 200) throw new Error(`${account}: ${response.status}`);
  heard.set(account, []);
  void read(account, response).catch((fault: unknown) => {
    if (!stop.signal.aborted) throw fault;
  });
};

const read = async (account: Account, response: Response): Promise<void> => {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of response.body ?? []) {
    const messages = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
    rest = messages.pop() ?? '';
    const data = messages.flatMap((message) => /^data: (\{.+\})$/m.exec(message)?.[1] ?? []);
    of(account).push(...data.filter((json) => json !== '{}').map((json) => StreamedEvent.parse(JSON.parse(json))));
  }
};

let keyId: string;
const patch = { method: 'PATCH', body: { notes: MARK } };

const changed = async (path: string, asked: Ask): Promise<void> => {
  const answer = await ask(path, asked);
  if (answer.status !== 200) throw new Error(answer.text);
};

beforeAll(async () => {
  for (const account of DOORS) await listen(account);
  const key = { provider: 'openai', api_key: OPENAI_KEYS[0], label: 'Live' };
  const added = await ask('/api/v1/byok/keys/add', { method: 'POST', token: tokens.professional, body: key });
  keyId = ByokKeySaved.parse(added.json).key.key_id;
  const grants = [{ action: 'read', pattern: 'system.nobodys.*' }];
  await changed('/api/v1/admin/consumers/live-events', { method: 'PUT', body: { grants, owner: MARK } });
  await changed(credentialPath(credentialId), patch);
  // Streams tell in the log's order: whoever has heard the last one has heard all that is theirs before it.
  const hasHeard = (account: Account, isOne: (event: StreamedEvent) => boolean) =>
    waitUntil(async () => of(account).some(isOne), { timeoutMs: 20_000 });
  if (!(await hasHeard('operator', isDetails)) || !(await hasHeard('professional', isOfKey))) throw new Error('a stream tells nothing');
});
afterAll(async () => {
  stop.abort();
  await ask('/api/v1/byok/keys/openai', { method: 'DELETE', token: tokens.professional });
  await ask(credentialPath(credentialId), { method: 'PATCH', body: { notes: null } });
});

const isDetails = (event: StreamedEvent): boolean => event.credentialId === credentialId && event.type === 'credential.details-changed';
const isConsumer = (event: StreamedEvent): boolean => event.type === 'consumer.registered';
const isOfKey = (event: StreamedEvent): boolean => event.credentialId === keyId && event.type === 'credential.registered';

describe('the stream of events', () => {
  it.each(['admin', 'auditor'] as const)('tells an %s everything', async (account) => {
    for (const isOne of [isDetails, isConsumer, isOfKey]) {
      await expect.poll(() => of(account).find(isOne)?.data, { timeout: 10_000 }).toEqual(expect.any(Object));
    }
    expect(JSON.stringify(of(account).filter((event) => isDetails(event) || isConsumer(event)))).toContain(MARK);
  });

  it('tells an operator that something happened, and to which credential: what a page needs to read anew', () => {
    for (const isOne of [isDetails, isConsumer, isOfKey]) expect(of('operator').find(isOne)).toMatchObject({ data: null });
    expect(JSON.stringify(of('operator'))).not.toContain(MARK);
  });

  it('tells a user of their own keys, all of it, and of nothing else', async () => {
    const { id } = Session.parse((await ask('/api/v1/session', { token: tokens.professional })).json);
    const own = `${userScope(endpoints.oidcIssuer, id)}.`;
    expect(of('professional').filter(({ address }) => !address?.startsWith(own))).toEqual([]);
    expect(of('professional').find(isOfKey)?.data).toMatchObject({ credentialId: keyId });
    expect(of('free')).toEqual([]);
  });
});

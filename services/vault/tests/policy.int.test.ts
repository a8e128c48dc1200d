import { randomUUID } from 'node:crypto';
import type { Actor } from '@keyturn/contracts';
import { isAllowed, POLICY, REACHES, ROLES, type PolicyAction, type Reach, type Role } from '@keyturn/contracts/access';
import { VAULT_COMMAND_DATA } from '@keyturn/contracts/commands';
import { VAULT_QUERIES_TABLE } from '@keyturn/contracts/queries';
import { legacyUserScope, userScope } from '@keyturn/contracts/scopes';
import { Sensitive } from '@keyturn/kernel';
import { uuidv7 } from 'uuidv7';
import { beforeAll, describe, expect, it } from 'vitest';
import { testVault, type TestVault } from './test-vault.ts';

// Each cell of the policy against a real vault: what the table forbids is refused as forbidden, and what it allows is refused, if at all,
// for another reason.

const ISSUER = 'https://sso.example.com';
const actorFor = (role: Role | 'none', id = `a-${role}`): Actor => ({
  kind: 'person',
  id,
  issuer: ISSUER,
  tier: 'professional',
  roles: role === 'none' ? [] : [role],
  authenticatedAt: new Date().toISOString(),
});
const OTHER = actorFor('user', 'somebody-else');

/** About the audit service's own, that one decides, and the gateway about its stream. */
const actions = (Object.keys(POLICY) as PolicyAction[]).filter((action) => action in VAULT_COMMAND_DATA || action in VAULT_QUERIES_TABLE);
const callers = [...ROLES, 'none'] as const;
const cells = actions.flatMap((action) => REACHES.flatMap((reach) => callers.map((role) => [action, reach, role] as const)));

/** What isn't a person's has one reach only. */
const isOfPerson = (action: PolicyAction): boolean => /^(credential|rotation)\./.test(action);
/** It says in which scope. */
const isOfScope = (action: PolicyAction): boolean =>
  ['credential.delete-only', 'credential.list'].includes(action) || /^(llm|execution-server)\./.test(action);
const scopeFor = (reach: Reach, actor: Actor): string =>
  reach === 'system' ? 'system' : userScope(ISSUER, reach === 'own' ? actor.id : OTHER.id);

let vault: TestVault;
beforeAll(async () => {
  vault = await testVault();
});

const IMPORTER = actorFor('admin', 'importer');
const register = async (scope: string): Promise<string> => {
  const credentialId = uuidv7();
  const data = {
    credentialId,
    address: `${scope}.openai.k${credentialId}`,
    credentialType: 'user_api_key',
    publicFields: { provider: 'openai' },
    issuer: null,
    origin: { kind: 'import', source: 'fernet', reference: credentialId },
  };
  const secret = new Sensitive({ fields: { apiKey: 'sk-test-1234567890abcdef' } });
  const made = await vault.client(IMPORTER).command('credential.register', data, { commandId: randomUUID(), secret });
  if (!made.ok) throw new Error(made.refusal.code);
  return credentialId;
};

const KEK = { kekId: 'kek-0123456789abcdef' };
/** What an action needs to be understood, beside what it is about. */
const DATA: Partial<Record<PolicyAction, Readonly<Record<string, unknown>>>> = {
  'credential.change': { commandId: randomUUID() },
  'credential.compare': { a: 1, b: 1 },
  'credential.change-details': { changes: { notes: 'seen' } },
  'credential.edit': { publicFields: { label: 'work' } },
  'credential.verify-value': { version: 1 },
  'credential.record-export': { format: 'json' },
  'credential.settle-leftover': { version: 1, reason: 'a test' },
  'credential.roll-back': { version: 1, reason: 'a test' },
  'credential.disable': { reason: 'a test' },
  'credential.delete': { confirm: 'not its address', reason: 'a test' },
  'credential.delete-only': { service: 'nobodys', credentialType: 'user_api_key', reason: 'a test', leftAliveBecause: 'a test' },
  'credential.reveal': { reason: 'a test' },
  'credential.change-schedule': { schedule: null },
  'credential.change-policy': { policy: { graceMs: 1_000 }, reason: 'a test' },
  'credential.change-reveal-policy': { revealable: false },
  'execution-server.get': { serverId: 'nowhere' },
  'execution-server.remove': { serverId: 'nowhere' },
  'execution-server.set': {
    serverId: 'main',
    name: 'Main',
    kind: 'brigade',
    baseUrl: 'https://brigade.example.com',
    enabled: true,
    isDefault: false,
    credential: null,
  },
  'llm.choose': { provider: 'openai', models: {} },
  'rotation.request': { reason: 'manual' },
  'rotation.roll-back': { reason: 'a test' },
  'rotation.give-value': { epoch: 1 },
  'rotation.report-deletion': { epoch: 1 },
  'rotation.cancel': { epoch: 1, reason: 'a test' },
  'rotation.approve': { epoch: 1 },
  'rotation.reject': { epoch: 1, reason: 'a test' },
  'rotation.force': { epoch: 1, reason: 'a test' },
  'rotation.extend': { epoch: 1, byMs: 1_000, reason: 'a test' },
  'rotation.get': { epoch: 1 },
  'bulk-rotation.request': { service: 'nobodys' },
  'bulk-rotation.pause': { bulkId: randomUUID(), reason: 'a test' },
  'bulk-rotation.resume': { bulkId: randomUUID() },
  'bulk-rotation.cancel': { bulkId: randomUUID(), reason: 'a test' },
  'bulk-rotation.get': { bulkId: randomUUID() },
  'credential.count': { filters: [{}] },
  'legacy-user.find': { legacyIds: ['user-1'] },
  'legacy-user.map': { legacyId: 'user-1', issuer: ISSUER, subject: 'ada' },
  'consumer.get': { consumer: 'nobody' },
  'consumer.tokens': { consumer: 'nobody' },
  'consumer.register': { consumer: 'nobody', grants: [] },
  'consumer.issue-token': { consumer: 'nobody', tokenId: randomUUID(), proof: 'a'.repeat(64), lifetimeSeconds: 60 },
  'consumer.revoke-token': { consumer: 'nobody', tokenId: randomUUID() },
  'key-ring.add': KEK,
  'key-ring.activate': KEK,
  'key-ring.retire': KEK,
  'backup.get': { backupId: randomUUID() },
  'backup.start': { backupId: randomUUID() },
  'restore.publish': { reason: 'a test' },
  'request.begin': { operation: 'changeOwnKey', wish: {} },
};

const aboutWhat = async (action: PolicyAction, reach: Reach, actor: Actor): Promise<Readonly<Record<string, unknown>>> => {
  if (action === 'person.revoke-sessions') return { personId: reach === 'own' ? actor.id : OTHER.id };
  if (action === 'credential.register') {
    const address = `${scopeFor(reach, actor)}.openai.n${randomUUID()}`;
    const origin = { kind: 'import', source: 'fernet', reference: address };
    return { credentialId: uuidv7(), address, credentialType: 'user_api_key', publicFields: { provider: 'openai' }, issuer: null, origin };
  }
  if (isOfScope(action)) return { scope: scopeFor(reach, actor) };
  return isOfPerson(action) ? { credentialId: await register(scopeFor(reach, actor)) } : {};
};

/** What the vault says to one cell: `forbidden`, or that it went past the policy. */
const tried = async (action: PolicyAction, reach: Reach, role: Role | 'none'): Promise<'forbidden' | 'past the policy'> => {
  const actor = actorFor(role);
  const data = { ...DATA[action], ...(await aboutWhat(action, reach, actor)) };
  const client = vault.client(actor);
  const secret = new Sensitive({ fields: { apiKey: 'sk-test-1234567890abcdef' } });
  const answer = await (action in VAULT_COMMAND_DATA
    ? client.command(action, data, { commandId: randomUUID(), secret, wantsSecret: true })
    : client.query(action, data));
  if (answer.ok) return 'past the policy';
  if (answer.refusal.code === 'message-invalid') throw new Error(`${action} was not understood: ${answer.refusal.issues.join(', ')}`);
  const isForbidden = answer.refusal.code === 'not-allowed' || answer.refusal.code === 'not-revealable';
  return isForbidden ? 'forbidden' : 'past the policy';
};

/** What belongs to no person can be asked about the system's only. */
const canBeAsked = (action: PolicyAction, reach: Reach): boolean => {
  if (action === 'person.revoke-sessions') return reach !== 'system';
  if (action === 'request.begin') return reach === 'own';
  return reach === 'system' || isOfScope(action) || isOfPerson(action);
};

describe('the policy, cell by cell, at a vault', () => {
  it.each(cells.filter(([action, reach]) => canBeAsked(action, reach)))('%s · %s · %s', async (action, reach, role) => {
    const expected = isAllowed(action, reach, [role]) ? 'past the policy' : 'forbidden';
    expect(await tried(action, reach, role)).toBe(expected);
  });
  it('knows nobody’s own credentials without an issuer', async () => {
    const { issuer: _none, ...nameless } = actorFor('user');
    const credentialId = await register(userScope(ISSUER, nameless.id));
    const answer = await vault.client(nameless).query('credential.get', { credentialId });
    expect(answer).toMatchObject({ refusal: { code: 'not-allowed' } });
  });
  it('gives somebody what was imported for the id that they had in an older system', async () => {
    const who = { legacyId: 'old-1', issuer: ISSUER, subject: 'a-user' };
    const mapped = await vault.client(IMPORTER).command('legacy-user.map', who, { commandId: randomUUID() });
    expect(mapped.ok).toBe(true);
    const credentialId = await register(legacyUserScope('old-1'));
    expect(await vault.client(actorFor('user')).query('credential.get', { credentialId })).toMatchObject({ ok: true });
    expect(await vault.client(OTHER).query('credential.get', { credentialId })).toMatchObject({ refusal: { code: 'not-allowed' } });
  });
  describe('into another person’s scope', () => {
    const scope = userScope(ISSUER, OTHER.id);
    const imported = (service: string) => {
      const credentialId = uuidv7();
      const address = `${scope}.${service}.k${credentialId}`;
      const origin = { kind: 'import', source: 'keycloak', reference: credentialId };
      const value = { credentialType: 'user_api_key', publicFields: { provider: 'openai', endpoint: 'https://else.example/v1' } };
      return { credentialId, address, ...value, issuer: null, untested: 'import', isDefault: true, origin };
    };
    const send = (actor: Actor, data: object) =>
      vault.client(actor).command('credential.register', data, {
        commandId: randomUUID(),
        secret: new Sensitive({ fields: { apiKey: 'sk-test-1234567890abcdef' } }),
      });
    it('registers no operator', async () => {
      expect(await send(actorFor('operator'), imported('planted'))).toMatchObject({ refusal: { code: 'not-allowed' } });
    });
    it('registers an admin only what names the import’s source', async () => {
      const { origin: _unsaid, ...data } = imported('unsourced');
      const answer = await send(IMPORTER, data);
      expect(answer).toMatchObject({ refusal: { code: 'message-invalid', issues: [expect.stringMatching(/^origin: /)] } });
    });
    it('takes the default mark from no key that its owner has', async () => {
      const own = { ...imported('marked'), origin: undefined };
      expect(await send(OTHER, own)).toMatchObject({ ok: true });
      const answer = await send(IMPORTER, imported('marked'));
      expect(answer).toMatchObject({ refusal: { code: 'not-allowed', action: 'credential.change-details' } });
      expect(await send(IMPORTER, { ...imported('marked'), isDefault: false })).toMatchObject({ ok: true });
      const view = await vault.client(OTHER).query('credential.get', { credentialId: own.credentialId });
      expect(view).toMatchObject({ ok: true, value: { value: { isDefault: true } } });
    });
  });
  it('tells nobody without a right whether there is such a credential', async () => {
    const answer = await vault.client(OTHER).query('credential.get', { credentialId: uuidv7() });
    expect(answer).toMatchObject({ refusal: { code: 'not-allowed' } });
  });
});

import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { VAULT_COMMAND_DATA } from '../commands/index.ts';
import { AUDIT_QUERIES_TABLE, VAULT_QUERIES_TABLE } from '../queries/index.ts';
import { isAllowed, POLICY, policyMarkdown, REACHES, ROLES } from './index.ts';

const actions = Object.keys(POLICY);
/** Decided at the edge: what of an event is told on the stream. */
const ofGateway = ['event.hear', 'event.read'];

describe('the policy', () => {
  it('is in the docs as it is', async () => {
    const page = await readFile(new URL('../../../../docs/policy.md', import.meta.url), 'utf8');
    const [, after = ''] = page.split('<!-- policy: made by policyMarkdown() -->\n');
    expect(after.split('\n<!-- end of policy -->')[0]).toBe(policyMarkdown());
  });
  it.each(actions)('knows %s as a command or a query', (action) => {
    const known = { ...VAULT_COMMAND_DATA, ...VAULT_QUERIES_TABLE, ...AUDIT_QUERIES_TABLE };
    expect(action in known || ofGateway.includes(action)).toBe(true);
  });
  it('has a row for every command and query that people may send, and for nothing of the services’ own', () => {
    const ofServices = /^(epoch|errand|turn|ledger)\.|^(sealing-keys\.list|health\.check|person\.sessions|lost\.shreds|log\.read)$/;
    const byGrant = ['credential.resolve', 'llm.resolve', 'execution-server.resolve', 'consumer.issue-credentials'];
    const tables = [VAULT_COMMAND_DATA, VAULT_QUERIES_TABLE, AUDIT_QUERIES_TABLE].flatMap((table) => Object.keys(table));
    const names = [...new Set([...tables, ...ofGateway])];
    expect(names.filter((name) => !ofServices.test(name) && !byGrant.includes(name)).toSorted()).toEqual(actions.toSorted());
  });
  it.each(['credential.give-away', '__proto__', 'constructor', 'epoch.commit', ''])('lets nobody do %j', (action) => {
    expect(REACHES.some((reach) => isAllowed(action, reach, ROLES))).toBe(false);
  });
  it.each([[], ['root'], ['ADMIN'], ['worker']])('lets the roles %j do nothing', (...roles) => {
    expect(actions.filter((action) => REACHES.some((reach) => isAllowed(action, reach, roles)))).toEqual([]);
  });
  it('lets an auditor read, and end their own sessions', () => {
    const writes = actions.filter((action) => action in VAULT_COMMAND_DATA);
    const allowed = writes.filter((action) => REACHES.some((reach) => isAllowed(action, reach, ['auditor'])));
    expect(allowed).toEqual(['credential.record-export', 'credential.compare', 'person.revoke-sessions']);
  });
  it('lets a user do nothing to what is not their own', () => {
    const allowed = actions.filter((action) => isAllowed(action, 'system', ['user']) || isAllowed(action, 'others', ['user']));
    expect(allowed).toEqual([]);
  });
  it('shows another person’s key to nobody', () => {
    const actionsThatOpen = ['credential.reveal', 'credential.compare', 'credential.stage-value', 'credential.edit'];
    expect(actionsThatOpen.filter((action) => isAllowed(action, 'others', ROLES))).toEqual([]);
  });
});

import { AddressPattern } from '@keyturn/contracts';
import type { RegisteredConsumer } from '@keyturn/contracts/queries';
import { registeredConsumers as registeredConsumersWords } from '../../strings-consumers.ts';

type Grant = RegisteredConsumer['grants'][number];
export type GrantAction = Grant['action'];
export const ACTIONS: readonly GrantAction[] = ['read', 'preflight', 'ack'];

/** One pattern, with all that it allows: how people think of grants. */
export type GrantRow = { readonly pattern: string; readonly actions: readonly GrantAction[] };

export const rowsOf = (grants: readonly Grant[]): readonly GrantRow[] =>
  [...new Set(grants.map(({ pattern }) => pattern))].map((pattern) => ({
    pattern,
    actions: ACTIONS.filter((action) => grants.some((grant) => grant.pattern === pattern && grant.action === action)),
  }));

export const grantsOf = (rows: readonly GrantRow[]): Grant[] =>
  rows.flatMap(({ pattern, actions }) => actions.map((action) => ({ action, pattern: pattern.trim() })));

const text = registeredConsumersWords.form;

/** What is wrong with each row; null is nothing. */
export const rowErrors = (rows: readonly GrantRow[]): readonly (string | null)[] =>
  rows.map(({ pattern, actions }, index) => {
    const given = pattern.trim();
    if (given === '') return text.patternNeeded;
    const wrong = AddressPattern.safeParse(given).error?.issues[0]?.message;
    if (wrong !== undefined) return wrong;
    if (rows.findIndex((row) => row.pattern.trim() === given) !== index) return text.twice;
    return actions.length === 0 ? text.actionNeeded : null;
  });

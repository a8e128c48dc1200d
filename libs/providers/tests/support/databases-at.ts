import { type EgressRules, parseDatabaseEgressAllow } from '../../src/http/index.ts';

/** The rules of a worker whose `DATABASE_EGRESS_ALLOW` is this. */
export const databasesAt = (list: string): EgressRules => {
  const parsed = parseDatabaseEgressAllow(list);
  if (!parsed.ok) throw new Error(parsed.refusal);
  return parsed.value;
};

/** Where tests have their databases: on loopback, or in a container's private network. */
export const anywhere = { rules: databasesAt('0.0.0.0/0,[::]/0') };

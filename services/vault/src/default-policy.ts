import { DEFAULT_POLICY, FirstPolicy, leaseContradiction, RotationPolicy } from '@keyturn/contracts';
import type { z } from 'zod';

const wrongPolicy = (why: string): Error => new Error(`the vault's settings are wrong: DEFAULT_POLICY: ${why}`);

const parsedJson = (json: string): unknown => {
  try {
    return JSON.parse(json);
  } catch {
    throw wrongPolicy('it is no JSON'); // the parser's own words repeat the value
  }
};

/** What is wrong, setting by setting; a value is in none of it. */
const issuesOf = ({ issues }: z.ZodError): string =>
  issues.map(({ path, message }) => [path.join('.'), message].filter((part) => part !== '').join(': ')).join('; ');

/** The default policy, as the setting `DEFAULT_POLICY` changes it. A mistake is one sentence, which never holds the value. */
export const defaultPolicy = (json: string): RotationPolicy => {
  const given = FirstPolicy.strict().safeParse(parsedJson(json));
  if (!given.success) throw wrongPolicy(issuesOf(given.error));
  const policy = RotationPolicy.parse({ ...DEFAULT_POLICY, ...given.data });
  const contradiction = leaseContradiction(policy);
  if (contradiction !== null) throw wrongPolicy(contradiction);
  return policy;
};

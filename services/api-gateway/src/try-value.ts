import type { Actor, CredentialType, PublicFields } from '@keyturn/contracts';
import type { TriedValue } from '@keyturn/contracts/api';
import { RegisteredCredential } from '@keyturn/contracts/api';
import { TestVerdict } from '@keyturn/contracts';
import type { Refusal } from '@keyturn/contracts/refusals';
import { ok, type Result } from '@keyturn/kernel';
import type { GatewayCommand } from './clients/vault.ts';
import { unknownIfAway } from './faults.ts';
import { type AwaitDeps, awaitEnd } from './routes/await-test.ts';

// ADR-0023: a value is tried by a registration that ends with its test, whatever that says.

type Tried = Pick<GatewayCommand<'credential.register'>, 'commandId' | 'actor' | 'correlationId' | 'box' | 'secret'> & {
  readonly scope: string;
  /** Of a registration that nobody will find: it names the address too. */
  readonly credentialId: string;
  readonly credentialType: CredentialType;
  readonly publicFields: PublicFields;
};

const TESTING: TriedValue = { verdict: 'testing', sentence: null, elapsedMs: null, at: null };

/** The provider's word is in the test's record; where nobody tested it, the end of the change says why. */
const wordOf = async ({ vault }: AwaitDeps, actor: Actor, credentialId: string, failure: { code: string; sentence: string }) => {
  const found = await vault.query('credential.tests', { actor, data: { credentialId } }).catch(unknownIfAway);
  if (!found.ok) return found;
  const [test] = found.value.items;
  if (test) return ok<TriedValue>({ verdict: test.verdict, sentence: test.sentence, elapsedMs: test.elapsedMs, at: test.at });
  const verdict = TestVerdict.catch('unreachable').parse(failure.code.replace(/^test-/, ''));
  return ok<TriedValue>({ verdict, sentence: failure.sentence, elapsedMs: null, at: null });
};

/** Has a value tested at its provider, and nothing of it kept. */
export const tryValue = async (deps: AwaitDeps, tried: Tried): Promise<Result<TriedValue, Refusal>> => {
  const { scope, credentialId, credentialType, publicFields, ...sent } = tried;
  const { actor, commandId } = sent;
  const address = `${scope}.trials.${credentialId}`;
  const data = { credentialId, address, credentialType, publicFields, issuer: null, trial: true };
  const registered = await deps.vault.command('credential.register', { ...sent, data });
  if (!registered.ok) return registered;
  const ended = await awaitEnd(deps, { actor, commandId }, RegisteredCredential.parse(registered.value));
  if (!ended.ok) return ended;
  return ended.value?.failure ? wordOf(deps, actor, credentialId, ended.value.failure) : ok(TESTING);
};

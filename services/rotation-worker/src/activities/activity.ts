import type { CredentialType, Strategy } from '@keyturn/contracts';
import type { NextStep, StepName } from '@keyturn/contracts/queries';
import type { VaultCommandInput } from '@keyturn/contracts/commands';
import type { Sensitive } from '@keyturn/kernel';
import {
  actsAs,
  asOneWork,
  assistedRotation,
  type Fence,
  type OpenedFields,
  type ProviderAdapter,
  type RotationProvider,
  type TestedValues,
} from '@keyturn/providers';
import type { RotationProviders } from '@keyturn/providers/adapters';
import type { Logger } from '@keyturn/telemetry';
import type { Execution } from '../ports/execution.ts';
import type { EpochId, FieldRecord, OpenedVersion, ReportName, Vault } from '../ports/vault.ts';
import { commandIdOf } from './command-id.ts';
import { describeFailure, refused, refusedByVault, throttledBy, toFailure } from './failure.ts';

export type ActivityDeps = {
  readonly vault: Vault;
  readonly providers: RotationProviders;
  /** By type, how values are tested that persons make and remove. */
  readonly adapters: Readonly<Partial<Record<CredentialType, ProviderAdapter>>>;
  readonly log: Logger;
  /** Where docs/operations.md is published, for those who look at runs in Temporal. */
  readonly runbookUrl?: string | undefined;
  /** The execution that the caller is in. */
  readonly execution: () => Execution;
};

const BEAT_MS = 1_000;

/** Has it known where the rotation waits for its provider's rate. That it can't be told changes nothing: the run waits all the same. */
const tellThrottled = async (
  deps: ActivityDeps,
  { credentialId, epoch }: EpochId,
  execution: Execution,
  thrown: unknown,
): Promise<void> => {
  const throttled = throttledBy(thrown);
  if (!throttled) return;
  const data = { credentialId, epoch, ...throttled };
  const commandId = commandIdOf(execution.id, 'epoch.record-throttled', data, execution.attempt);
  const told = await deps.vault.report('epoch.record-throttled', data, { commandId }).catch((error: unknown) => ({ ok: false, error }));
  if (!told.ok) deps.log.warn('throttle.untold', { credentialId, epoch, ...('error' in told ? describeFailure(told.error) : {}) });
};

/** Makes an activity: it beats while it works, so that a killed worker is noticed, and Temporal sees no foreign text of what it throws. */
export const asActivity =
  <Input extends EpochId, Output>(
    deps: ActivityDeps,
    name: string,
    perform: (deps: ActivityDeps, input: Input, execution: Execution) => Promise<Output>,
  ) =>
  async (input: Input): Promise<Output> => {
    const execution = deps.execution();
    const beat = setInterval(() => execution.beat(), BEAT_MS);
    try {
      return await asOneWork(() => perform(deps, input, execution), input.credentialId);
    } catch (thrown) {
      deps.log.warn('activity.failed', { activity: name, execution: execution.id, attempt: execution.attempt, ...describeFailure(thrown) });
      await tellThrottled(deps, input, execution, thrown);
      throw toFailure(name, thrown);
    } finally {
      clearInterval(beat);
    }
  };

export type StepNamed<Name extends StepName> = Extract<NextStep, { step: Name }>;
const isNamed = <Name extends StepName>(next: NextStep, name: Name): next is StepNamed<Name> => next.step === name;

export const askVault = async ({ vault }: Pick<ActivityDeps, 'vault'>, epoch: EpochId): Promise<NextStep> => {
  const { credentialId, epoch: number } = epoch;
  const next = await vault.nextStep({ credentialId, epoch: number });
  if (!next.ok) throw refusedByVault('say what the epoch still needs', next.refusal);
  return next.value;
};

/**
 * What the vault says of a step now, or nothing if the epoch is past it: an earlier attempt's report arrived after all, or this worker
 * was paused and another one went on. Every activity begins here, so repeating one is harmless.
 */
export const stillNeeded = async <Name extends StepName>(
  deps: Pick<ActivityDeps, 'vault'>,
  run: EpochId & { readonly version?: number },
  name: Name,
): Promise<StepNamed<Name> | undefined> => {
  const next = await askVault(deps, run);
  if (!isNamed(next, name)) return undefined;
  const isSameVersion = run.version === undefined || !('version' in next) || next.version === run.version;
  return isSameVersion ? next : undefined;
};

/** Reports a step that was done. Refused as a failure, unless the epoch is past the step by now. */
export const report = async <Name extends ReportName>(
  deps: Pick<ActivityDeps, 'vault'>,
  execution: Execution,
  step: NextStep,
  [name, data, secret]: readonly [name: Name, data: VaultCommandInput<Name>, secret?: Sensitive<FieldRecord>],
): Promise<void> => {
  // A sealed value is another one at each attempt, so its command is, too.
  const commandId = commandIdOf(execution.id, name, data, secret ? execution.attempt : 0);
  const recorded = await deps.vault.report(name, data, secret ? { commandId, secret } : { commandId });
  if (recorded.ok || !(await stillNeeded(deps, step, step.step))) return;
  throw refusedByVault(name, recorded.refusal);
};

/** With whose account a provider is called that is called with this value: another one may well be of another account. */
export const accountOf = ({ credentialId, version }: Pick<OpenedVersion, 'credentialId' | 'version'>): string =>
  `${credentialId} ${version}`;

/** Opens a value; it stays inside the caller. What opens an issuer calls the provider with its account. */
export const openFields = async (
  { vault }: Pick<ActivityDeps, 'vault'>,
  what: VaultCommandInput<'epoch.reveal'>,
): Promise<OpenedFields> => {
  const opened = await vault.reveal(what);
  if (!opened.ok) throw refusedByVault(`reveal the ${what.what}`, opened.refusal);
  if (what.what === 'issuer') actsAs(accountOf(opened.value));
  return opened.value.fields;
};

/** Who is asked for a step; a vault of before it said so means Postgres. */
export const providerFor = (
  { providers }: Pick<ActivityDeps, 'providers'>,
  { credentialType = 'database_password' }: { readonly credentialType?: CredentialType | undefined },
): RotationProvider => {
  const provider = providers[credentialType];
  if (!provider) throw refused('provider-unknown', `This worker has no provider for ${credentialType}: it is older than the vault.`);
  return provider;
};

/** Who says whether a value works, and whether it is dead. */
export const testerFor = (
  deps: Pick<ActivityDeps, 'providers' | 'adapters'>,
  of: { readonly credentialType?: CredentialType | undefined; readonly strategy?: Strategy | undefined },
): TestedValues => {
  if (of.strategy !== 'assisted' || of.credentialType === undefined) return providerFor(deps, of);
  const adapter = deps.adapters[of.credentialType];
  if (!adapter) throw refused('provider-unknown', `This worker can't test ${of.credentialType}: it is older than the vault.`);
  return assistedRotation(adapter);
};

/** What finds a version at its provider; a vault of before it said so means the user name. */
export const providerIdOf = (of: { readonly providerId?: string | undefined; readonly publicFields: FieldRecord }): string =>
  of.providerId ?? usernameOf(of.publicFields);

export const usernameOf = (publicFields: FieldRecord): string => {
  const { username } = publicFields;
  if (!username) throw refused('fields-invalid', 'The version has no user name, so there is no login to rotate.');
  return username;
};

export const fenceOf = ({ credentialId, incarnation, epoch, version }: Fence): Fence => ({ credentialId, incarnation, epoch, version });

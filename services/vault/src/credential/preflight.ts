import { type Facts, millisecondsBetween } from './awaited.ts';
import { type LeaseFact, leaseState } from './lease-fact.ts';
import type { Preflight, Probed, RegisteredCredential, Rotation } from './state.ts';

// Before a commit, consumers try the pending version from where they use it (design §5, "Preflight").

const ASK_ALL_UP_TO = 10;
const ASK_OF_EACH = 3;

const nameOf = ({ consumer, instance }: { readonly consumer: string; readonly instance: string }): string => `${consumer}/${instance}`;
const consumerOf = (name: string): string => name.slice(0, name.indexOf('/'));
const unique = (names: readonly string[]): string[] => [...new Set(names)];

const isLive = (state: RegisteredCredential, lease: LeaseFact): boolean =>
  lease.holds.length > 0 && leaseState(lease, state.policy) === 'live';

/** Whether the instance may still be running with the credential: it said no goodbye and isn't lost. */
const isPresent = (state: RegisteredCredential, lease: LeaseFact): boolean => {
  const standing = leaseState(lease, state.policy);
  return lease.holds.length > 0 && (standing === 'live' || standing === 'silent');
};

/** Three of one consumer, others at each epoch, so that in time every instance is asked. */
const someOf = (names: readonly string[], epoch: number): readonly string[] =>
  names.length <= ASK_OF_EACH
    ? names
    : Array.from({ length: ASK_OF_EACH }, (_, index) => names[(epoch * ASK_OF_EACH + index) % names.length] ?? '');

/** Whom to ask: every live instance that holds the credential, or three of each consumer where they are more than ten. */
export const instancesToAsk = (state: RegisteredCredential, epoch: number, facts: Facts): readonly string[] => {
  const live = facts.leases
    .filter((lease) => isLive(state, lease))
    .map(nameOf)
    .toSorted();
  if (live.length <= ASK_ALL_UP_TO) return live;
  const consumers = unique(live.map(consumerOf));
  return consumers.flatMap((consumer) =>
    someOf(
      live.filter((name) => consumerOf(name) === consumer),
      epoch,
    ),
  );
};

/** What an instance said; a "no" stands, whatever it says afterwards. */
export const wordOf = ({ probes }: Preflight, name: string): Probed | undefined =>
  probes.findLast((probe) => !probe.ok && nameOf(probe) === name) ?? probes.findLast((probe) => nameOf(probe) === name);

/** The asked instances that have not answered. */
export const unanswered = (preflight: Preflight): readonly string[] => preflight.instances.filter((name) => !wordOf(preflight, name));

/** How a preflight stands. `sentence` says who tried the version, and who kept silent. */
export type PreflightStanding =
  | { readonly status: 'passed'; readonly at: string; readonly sentence: string }
  | { readonly status: 'awaiting'; readonly waitingFor: readonly string[]; readonly remainingMs: number }
  | { readonly status: 'failed'; readonly reasonCode: 'preflight-nacked' | 'preflight-unanswered'; readonly sentence: string };

const refusedBy = ({ version }: Preflight, nacks: readonly Probed[]): PreflightStanding => ({
  status: 'failed',
  reasonCode: 'preflight-nacked',
  sentence: nacks
    .map((nack) => `${nameOf(nack)} can't use version ${version}: ${nack.sentence}`)
    .join('; ')
    .slice(0, 500),
});

const silentNames = (state: RegisteredCredential, silent: readonly string[], facts: Facts): string[] => {
  const cutOff = facts.leases.filter((lease) => lease.holds.length > 0 && leaseState(lease, state.policy) === 'silent').map(nameOf);
  return unique([...silent, ...cutOff]).toSorted();
};

const passed = (preflight: Preflight, at: string, silent: readonly string[]): PreflightStanding => {
  const { version, instances } = preflight;
  const good = instances.filter((name) => wordOf(preflight, name)?.ok);
  const said = instances.length === 0 ? `nobody was there to try version ${version}` : `version ${version} works for ${good.join(', ')}`;
  const quiet = silent.length === 0 ? '' : `; silent: ${silent.join(', ')}`;
  return { status: 'passed', at, sentence: `${said}${quiet}`.slice(0, 1000) };
};

/** Asked instances that are worth waiting for: the live ones, and silent ones of a consumer of which nobody has answered well. */
const worthWaitingFor = (
  state: RegisteredCredential,
  preflight: Preflight,
  facts: Facts,
  proved: ReadonlySet<string>,
): readonly string[] => {
  const there = facts.leases
    .filter((lease) => isLive(state, lease) || (isPresent(state, lease) && !proved.has(lease.consumer)))
    .map(nameOf);
  return unanswered(preflight).filter((name) => there.includes(name));
};

/** Consumers that were asked, are still there, and of which nobody has answered well. */
const unproved = (state: RegisteredCredential, preflight: Preflight, facts: Facts, proved: ReadonlySet<string>): readonly string[] => {
  const there = new Set(facts.leases.filter((lease) => isPresent(state, lease)).map(({ consumer }) => consumer));
  return unique(preflight.instances.map(consumerOf)).filter((consumer) => there.has(consumer) && !proved.has(consumer));
};

/**
 * Passes with a good probe of each consumer that was asked and is still there, and no "no" at all. Until the time is over it waits for
 * every asked instance that is live.
 */
export const standingOf = (state: RegisteredCredential, preflight: Preflight, facts: Facts): PreflightStanding => {
  const { version, instances, probes, askedAt, until } = preflight;
  const nacks = probes.filter((probe) => !probe.ok);
  if (nacks.length > 0) return refusedBy(preflight, nacks);
  const proved = new Set(instances.filter((name) => wordOf(preflight, name)?.ok).map(consumerOf));
  const waitingFor = worthWaitingFor(state, preflight, facts, proved);
  const remainingMs = millisecondsBetween(facts.now, until);
  if (waitingFor.length > 0 && remainingMs > 0) return { status: 'awaiting', waitingFor, remainingMs };
  const missing = unproved(state, preflight, facts, proved);
  if (missing.length > 0) {
    const within = Math.round(state.policy.preflightMs / 1000);
    const sentence = `no instance of ${missing.join(', ')} tried version ${version} within ${within} s`;
    return { status: 'failed', reasonCode: 'preflight-unanswered', sentence };
  }
  const at = waitingFor.length > 0 ? until : (probes.at(-1)?.at ?? askedAt);
  return passed(preflight, at, silentNames(state, unanswered(preflight), facts));
};

/** The preflight of this rotation's candidate, if it was asked for. */
export const preflightOf = ({ preflight, candidate }: Rotation): Preflight | null =>
  preflight !== null && preflight.version === candidate ? preflight : null;

import { type Facts, millisecondsBetween } from './awaited.ts';
import { type LeaseFact, leaseState } from './lease-fact.ts';
import type { Preflight, Probed, Rotation } from './rotation.ts';
import type { RegisteredCredential } from './state.ts';
import { policyInForce } from './waits.ts';

// Before a commit, consumers try the pending version from where they use it (design §5, "Preflight").

const ASK_ALL_UP_TO = 10;
const ASK_OF_EACH = 3;
/** Where instances leave faster than they can answer, asking their successors must end some day. */
const MOST_ROUNDS = 5;

const nameOf = ({ consumer, instance }: { readonly consumer: string; readonly instance: string }): string => `${consumer}/${instance}`;
const consumerOf = (name: string): string => name.slice(0, name.indexOf('/'));
const unique = (names: readonly string[]): string[] => [...new Set(names)];

/** The leases of instances that may be running with the credential and may try a version of it: none said goodbye, none is lost. */
const present = (state: RegisteredCredential, { leases, ungranted }: Facts, ...standings: ('live' | 'silent')[]): readonly LeaseFact[] =>
  leases.filter(
    (lease) =>
      lease.holds.length > 0 &&
      !ungranted.includes(lease.consumer) &&
      standings.some((standing) => standing === leaseState(lease, policyInForce(state))),
  );

const liveNames = (state: RegisteredCredential, facts: Facts): readonly string[] => present(state, facts, 'live').map(nameOf).toSorted();

/** Three of one consumer, others at each epoch, so that in time every instance is asked. */
const someOf = (names: readonly string[], epoch: number): readonly string[] =>
  names.length <= ASK_OF_EACH
    ? names
    : Array.from({ length: ASK_OF_EACH }, (_, index) => names[(epoch * ASK_OF_EACH + index) % names.length] ?? '');

const choose = (names: readonly string[], epoch: number): readonly string[] =>
  names.length <= ASK_ALL_UP_TO
    ? names
    : unique(names.map(consumerOf)).flatMap((consumer) =>
        someOf(
          names.filter((name) => consumerOf(name) === consumer),
          epoch,
        ),
      );

/** Whom to ask: every live instance that holds the credential and may try it, or three of each consumer where they are more than ten. */
export const instancesToAsk = (state: RegisteredCredential, epoch: number, facts: Facts): readonly string[] =>
  choose(liveNames(state, facts), epoch);

/** Consumers that hold the credential and may not try a version of it: they aren't asked, and are named. */
export const ungrantedHolders = ({ leases, ungranted }: Facts): readonly string[] =>
  unique(leases.filter((lease) => lease.holds.length > 0 && ungranted.includes(lease.consumer)).map(({ consumer }) => consumer)).toSorted();

/** What an instance said; a "no" stands, whatever it says afterwards. */
export const wordOf = ({ probes }: Preflight, name: string): Probed | undefined =>
  probes.findLast((probe) => !probe.ok && nameOf(probe) === name) ?? probes.findLast((probe) => nameOf(probe) === name);

/** The asked instances that have not answered. */
export const unanswered = (preflight: Preflight): readonly string[] => preflight.instances.filter((name) => !wordOf(preflight, name));

/** The consumers of which an instance answered well. */
const provedBy = (preflight: Preflight): ReadonlySet<string> =>
  new Set(preflight.instances.filter((name) => wordOf(preflight, name)?.ok).map(consumerOf));

/**
 * How a preflight stands. `sentence` says who tried the version, and who kept silent; `to-ask`: those of a consumer that was not asked, or
 * whose asked instances have left without a word.
 */
export type PreflightStanding =
  | { readonly status: 'passed'; readonly at: string; readonly sentence: string }
  | { readonly status: 'to-ask'; readonly instances: readonly string[] }
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

const passed = (state: RegisteredCredential, preflight: Preflight, at: string, facts: Facts): PreflightStanding => {
  const { version, instances } = preflight;
  const good = instances.filter((name) => wordOf(preflight, name)?.ok);
  const silent = unique([...unanswered(preflight), ...present(state, facts, 'silent').map(nameOf)]).toSorted();
  const ungranted = ungrantedHolders(facts);
  const said = good.length === 0 ? `nobody was there to try version ${version}` : `version ${version} works for ${good.join(', ')}`;
  const quiet = silent.length === 0 ? '' : `; silent: ${silent.join(', ')}`;
  const unasked = ungranted.length === 0 ? '' : `; not asked: no grant: ${ungranted.join(', ')}`;
  return { status: 'passed', at, sentence: `${said}${quiet}${unasked}`.slice(0, 1000) };
};

/** Asked instances that are worth waiting for: the live ones, and silent ones of a consumer of which nobody has answered well. */
const worthWaitingFor = (state: RegisteredCredential, preflight: Preflight, facts: Facts): readonly string[] => {
  const proved = provedBy(preflight);
  const silent = present(state, facts, 'silent').filter(({ consumer }) => !proved.has(consumer));
  const there = new Set([...present(state, facts, 'live'), ...silent].map(nameOf));
  return unanswered(preflight).filter((name) => there.has(name));
};

/** Live instances of consumers for which nobody speaks: none answered well, and none that is there has still to answer. */
const stillToAsk = (state: RegisteredCredential, { epoch }: Rotation, preflight: Preflight, facts: Facts): readonly string[] => {
  if (preflight.rounds >= MOST_ROUNDS) return [];
  const live = liveNames(state, facts);
  const pending = unanswered(preflight).filter((name) => live.includes(name));
  const spokenFor = new Set([...provedBy(preflight), ...pending.map(consumerOf)]);
  const unasked = live.filter((name) => !spokenFor.has(consumerOf(name)) && !preflight.instances.includes(name));
  return choose(unasked, epoch);
};

/** Consumers that are there and of which nobody has answered well: those that were asked, and those that are live. */
const unproved = (state: RegisteredCredential, preflight: Preflight, facts: Facts): readonly string[] => {
  const proved = provedBy(preflight);
  const there = new Set(present(state, facts, 'live', 'silent').map(({ consumer }) => consumer));
  const asked = preflight.instances.map(consumerOf);
  const live = present(state, facts, 'live').map(({ consumer }) => consumer);
  return unique([...asked, ...live]).filter((consumer) => there.has(consumer) && !proved.has(consumer));
};

/**
 * Passes with a good probe of each consumer that is there, and no "no" at all. Until the time is over it waits for every asked instance that
 * is live; where all of a consumer that were asked have left, those that came instead are asked.
 */
export const standingOf = (state: RegisteredCredential, rotation: Rotation, preflight: Preflight, facts: Facts): PreflightStanding => {
  const { version, probes, askedAt, until } = preflight;
  const nacks = probes.filter((probe) => !probe.ok);
  if (nacks.length > 0) return refusedBy(preflight, nacks);
  const instances = stillToAsk(state, rotation, preflight, facts);
  if (instances.length > 0) return { status: 'to-ask', instances };
  const waitingFor = worthWaitingFor(state, preflight, facts);
  const remainingMs = millisecondsBetween(facts.now, until);
  if (waitingFor.length > 0 && remainingMs > 0) return { status: 'awaiting', waitingFor, remainingMs };
  const missing = unproved(state, preflight, facts);
  if (missing.length > 0) {
    const within = Math.round(policyInForce(state).preflightMs / 1000);
    const sentence = `no instance of ${missing.join(', ')} tried version ${version} within ${within} s`;
    return { status: 'failed', reasonCode: 'preflight-unanswered', sentence };
  }
  return passed(state, preflight, waitingFor.length > 0 ? until : (probes.at(-1)?.at ?? askedAt), facts);
};

/** The preflight of this rotation's candidate, if it was asked for. */
export const preflightOf = ({ preflight, candidate }: Rotation): Preflight | null =>
  preflight !== null && preflight.version === candidate ? preflight : null;

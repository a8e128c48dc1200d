import { accountHere, begins, isInWork, workBegan } from './one-work.ts';
import type { ProviderHttp, ProviderReply } from './provider-http.ts';
import type { Turns } from './turns.ts';

/** How many calls a provider takes in how long. */
export type ProviderRate = { readonly calls: number; readonly perMs: number };

/** What of the rate is used steadily, and what may come at once; what is left is for calls that arrive later than they were let through. */
const STEADY = 0.85;
const AT_ONCE = 0.05;
/** A turn that is used so much of the period late or more, by a process that was stopped or is overloaded, would come with those after it. */
const LATE = 0.05;
/** So often at most one that came too late takes another turn: a machine that is always late still gets on. */
const TURNS = 5;

/** A rotation's step makes up to eighteen calls, and has a minute: so long at most is the queue in which it may begin. */
const LONGEST_QUEUE_MS = 3_000;
/** What gives way begins only where its turn comes as soon as this: work, which may wait for longer, gets the turns before it. */
const SOON_MS = 1_000;
/** So long at most waits any one call. */
const LONGEST_WAIT_MS = 30_000;

/** A provider that takes no more calls is believed for so long at most. */
const LONGEST_HOLD_MS = 3_600_000;
/** Where it doesn't say for how long: a whole period, but no longer than this. */
const UNSAID_HOLD_MS = 60_000;
/** Begun work waits for no longer in the middle for a provider that takes no calls. */
const LONGEST_HELD_MS = 10_000;
/** So often a call is made of which the provider says that it comes too early. */
const TRIES = 3;

/** Nothing was sent, and whoever asks had better come again than wait: too many others are before it, or (`isHeld`) the provider takes no calls. */
export class TurnTooFar extends Error {
  override readonly name = 'TurnTooFar';
  readonly inMs: number;
  readonly isHeld: boolean;
  /** Whose turn it is, as people call it at the beginning of a sentence. */
  readonly provider: string;

  constructor(provider: string, inMs: number, isHeld = false) {
    super(
      `${isHeld ? `${provider} takes no calls just now` : 'too many calls are waiting for their turn'}: come again in ${Math.ceil(inMs)} ms`,
    );
    this.provider = provider;
    this.inMs = inMs;
    this.isHeld = isHeld;
  }
}

export type PaceOptions = {
  readonly provider: string;
  /** What people call it, at the beginning of a sentence; where that is absent, as it is called here. */
  readonly name?: string;
  readonly rate: ProviderRate;
  /** Each server has the rate by itself. */
  readonly isPerServer?: boolean;
  readonly turns: Turns;
  /** Milliseconds that only ever grow. */
  readonly now: () => number;
  readonly wait: (ms: number) => Promise<void>;
};

/** What the calls to a provider wait for, given the server that they go to. */
export type Pace = {
  /** Resolves when it is the call's turn. */
  readonly turn: (server: string) => Promise<void>;
  /**
   * The provider takes no more calls, for so many seconds if it says so: nobody calls it until then with the same account, or, where that isn't known,
   * with any, for a period at most. Answers with what is said to who can't wait.
   */
  readonly hold: (server: string, seconds: number | null) => Promise<TurnTooFar>;
};

/** A rate is an account's: what holds everybody, because nobody knows whose it was, does so for one period at most. */
const holdFor = (seconds: number | null, perMs: number, isOfOne: boolean): number => {
  const longest = isOfOne ? LONGEST_HOLD_MS : Math.min(perMs, LONGEST_HOLD_MS);
  return Math.max(1_000, seconds === null ? Math.min(perMs, UNSAID_HOLD_MS) : Math.min(seconds * 1_000, longest));
};

const patienceHere = (): number => {
  const kind = begins();
  if (kind === 'gives-way') return SOON_MS;
  return kind === 'work' ? LONGEST_QUEUE_MS : LONGEST_WAIT_MS;
};

/** The line in which a call stands, and what is held where the provider takes no more of its account. */
type Lines = { readonly key: string; readonly account: string | null };
const heldAs = ({ key, account }: Lines): string => account ?? key;

/**
 * Lets calls through one after another, so that the rate is never exceeded (GCRA), by all who share the turns. What has little time is sent away
 * (`asOneWork`) where the queue is long, and told to come again one after another, too.
 */
export const createPace = ({
  provider,
  name = provider,
  rate: { calls, perMs },
  isPerServer = false,
  turns,
  now,
  wait,
}: PaceOptions): Pace => {
  const everyMs = perMs / (calls * STEADY);
  const aheadMs = (Math.max(1, Math.floor(calls * AT_ONCE)) - 1) * everyMs;
  const lateMs = perMs * LATE;
  /** By key, until when this process knows that nobody's turn opens: what is waiting here learns of it, whoever was told. */
  const held = new Map<string, number>();
  const linesOf = (server: string): Lines => {
    const key = isPerServer ? `${provider} ${server}` : provider;
    const account = accountHere();
    return { key, account: account === null ? null : `${key} as ${account}` };
  };
  const keepHeld = (key: string, until: number): void => void held.set(key, Math.max(held.get(key) ?? 0, until));
  const heldFor = ({ key, account }: Lines): number => {
    for (const [line, until] of held) if (until <= now()) held.delete(line);
    return Math.max(0, ...[key, account ?? key].map((line) => (held.get(line) ?? 0) - now()));
  };
  /** How late it came to the turn that it took; null where the account was held, for which it has waited, so that it may take one now. */
  const take = async (lines: Lines): Promise<number | null> => {
    const asked = now();
    const withinMs = patienceHere();
    const { isTaken, inMs, heldMs } = await turns.take({ ...lines, everyMs, aheadMs, withinMs, comesBack: isInWork() });
    if (heldMs > 0) keepHeld(heldAs(lines), asked + heldMs);
    if (!isTaken && (heldMs === 0 || inMs > withinMs)) throw new TurnTooFar(name, inMs, heldMs > 0);
    if (isTaken) workBegan();
    if (inMs > 0) await wait(inMs);
    return isTaken ? now() - (asked + inMs) : null;
  };
  return {
    turn: async (server) => {
      const lines = linesOf(server);
      for (let taken = 0; ;) {
        const tooLateMs = await take(lines);
        if (tooLateMs === null) continue;
        taken += 1;
        const heldMs = heldFor(lines);
        if (heldMs === 0 && (tooLateMs < lateMs || taken >= TURNS)) return;
        // Whoever was told of it may not have been able to say so.
        if (heldMs > 0) await turns.hold(heldAs(lines), Math.min(heldMs, LONGEST_HOLD_MS), aheadMs);
      }
    },
    hold: async (server, seconds) => {
      const lines = linesOf(server);
      const forMs = holdFor(seconds, perMs, lines.account !== null);
      keepHeld(heldAs(lines), now() + forMs);
      await turns.hold(heldAs(lines), forMs, aheadMs);
      return new TurnTooFar(name, forMs, true);
    },
  };
};

/** Whether an answer says that the provider takes no more calls. */
export type IsTooMany = (reply: ProviderReply) => boolean;
const is429: IsTooMany = ({ status }) => status === 429;

const serverOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : '');

/**
 * The same client, each of whose calls waits for its turn. Where the provider takes no more (429), nobody calls it with that account until it says; what belongs to
 * a piece of work (`asOneWork`) is then asked again in its turn, or sent away, and whatever else is answered so.
 */
export const paced = (http: ProviderHttp, pace: Pace, isTooMany: IsTooMany = is429): ProviderHttp => ({
  send: async (asked) => {
    const server = serverOf(asked.url);
    for (let tries = 1; ; tries += 1) {
      await pace.turn(server);
      const reply = await http.send(asked);
      if (!('status' in reply) || !isTooMany(reply)) return reply;
      const tooFar = await pace.hold(server, reply.retryAfterSeconds);
      if (tries === TRIES || !isInWork()) return reply;
      if (tooFar.inMs > LONGEST_HELD_MS) throw tooFar;
    }
  },
});

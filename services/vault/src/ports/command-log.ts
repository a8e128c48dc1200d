import type { DomainEvent, EventMeta, KekState, Recorded } from '@keyturn/contracts/events';
import type { Refusal } from '@keyturn/contracts/refusals';
import type { Result } from '@keyturn/kernel';
import type { LeaseFact } from '../credential/lease-fact.ts';
import type { KekFacts } from '../key-ring/command.ts';

/**
 * An event about to be recorded; `sealed` is ciphertext that only this log ever keeps. It joins the job's stream, or `stream`: one where
 * nothing is decided (`access-…`: a reveal is decided on the credential's state, yet must not swell the stream that every decision folds),
 * or one whose state this event settles whatever it was (`default-…`).
 */
export type NewEvent = DomainEvent & { readonly sealed?: Uint8Array; readonly stream?: string };

/** Rows that belong to the same transaction as the events. */
export type Write =
  | {
      readonly kind: 'wrapped-dek';
      readonly credentialId: string;
      readonly version: number;
      readonly kekId: string;
      readonly wrapped: Uint8Array;
    }
  /** Which credential is its service's default in its scope; null: none. */
  | { readonly kind: 'default'; readonly scope: string; readonly service: string; readonly credentialId: string | null }
  | { readonly kind: 'legacy-user'; readonly legacyId: string; readonly legacyScope: string; readonly scope: string }
  | { readonly kind: 'shred-dek'; readonly credentialId: string; readonly version: number }
  | { readonly kind: 'consumer'; readonly consumer: string }
  | { readonly kind: 'bulk-rotation'; readonly bulkId: string; readonly requestedAt: string; readonly isOpen: boolean }
  | { readonly kind: 'token-used'; readonly tokenId: string; readonly at: string }
  | { readonly kind: 'kek-state'; readonly kekId: string; readonly state: KekState }
  | {
      readonly kind: 'lease-holds';
      readonly consumer: string;
      readonly instance: string;
      readonly seq: number;
      readonly credentialId: string;
      readonly version: number;
      readonly generation: number;
      readonly nonce: string;
    };

/** What a command's decision comes to. `verdict` is stored and answers every repeat, so it holds no secret. */
export type Decision = {
  readonly events: readonly NewEvent[];
  readonly verdict: Readonly<Record<string, unknown>>;
  readonly writes?: readonly Write[];
};

/** What `decide` may know beside the state of its stream, read under the append lock. */
export type DecisionContext = {
  /** The database's clock, ISO 8601. */
  readonly now: string;
  /** Of the log now: higher than a stream's last event's after a restore. */
  readonly incarnation: number;
  /** Does another credential own the job's `claims`? */
  readonly addressTaken: boolean;
  /** Of the job's `kekId`; null where it names none. */
  readonly kek: KekFacts | null;
  /** That other credential; null where there is none. */
  readonly addressOwner: string | null;
  /** Who holds versions of the job's `leasesOf`. Throws where it names none: nobody looked. */
  leases(): readonly LeaseFact[];
  /** The newest state of a stream that the job names in its `reads`. */
  state<State>(fold: Fold<State>, stream: string): State;
};

/** A stream, and how its events fold. */
export type StreamFold = { readonly fold: Fold<unknown>; readonly stream: string };

/** One command on its way into the log. */
export type Job<State> = {
  readonly commandId: string;
  /** HMAC of the opened canonical command, hex: tells a repeat from another command under the same id. */
  readonly fingerprint: string;
  readonly stream: string;
  /** Other streams that its events may join: looked up together with its own. Those that it doesn't name cost a round trip more. */
  readonly joins?: readonly string[];
  /** The address that the job wants to own. */
  readonly claims?: string;
  /** Other streams on whose state `decide` stands too (a consumer's grants), through `context.state`. */
  readonly reads?: readonly StreamFold[];
  /** The KEK of which `decide` has to know what hangs on it and who holds it. */
  readonly kekId?: string;
  /** The credential of which `decide` has to know who holds it (ADR-0042). */
  readonly leasesOf?: string;
  readonly meta: Omit<EventMeta, 'incarnation'>;
  /** Pure and quick: it runs under the append lock, on the stream's newest state. */
  decide(state: State, context: DecisionContext): Result<Decision, Refusal>;
};

/** How the events of one kind of stream fold into a state, and which row of the inline read model that state is. */
export type Fold<State> = {
  readonly initial: State;
  /** Nothing is decided on this kind of stream (`access-*`): its events are never loaded, and `decide` always sees `initial`. */
  readonly undecided?: true;
  /** Streams that are appended to together with this one: where they stand is read along with it. */
  beside?(stream: string): readonly string[];
  evolve(state: State, event: Recorded): State;
  /** The row of table `credentials` (or null: none), written in the append's transaction. */
  row?(state: State): CredentialRow | null;
};

/** A row of the inline table `credentials`: `body` is what queries answer; the rest is searched and sorted by. */
export type CredentialRow = {
  readonly credentialId: string;
  readonly address: string;
  readonly credentialType: string;
  readonly status: string;
  readonly openEpoch: number | null;
  readonly generation: number;
  readonly updatedAt: string;
  readonly body: unknown;
  /** What the vault itself looks up across credentials, and no list shows. */
  readonly upkeep: unknown;
};

/** The stored answer to a command. `repeated` where an earlier run gave it. */
export type Verdict =
  | { readonly ok: Readonly<Record<string, unknown>>; readonly repeated: boolean }
  | { readonly refusal: Refusal; readonly repeated: boolean };

/**
 * The append-only log of decisions (design §3): one append lock, group commit with a verdict for each command, one hash chain.
 */
export interface CommandLog {
  /**
   * Decides the job under the append lock and records the outcome. Resolves only after the commit is durable. A repeat of a known
   * command id is answered from the stored verdict; with another fingerprint it is refused as `command-reused`. Not stored is only the
   * refusal that asks for a new sign-in. Throws a fault when the database can't say whether it committed (`LogUnavailable`); repeating the
   * same id then resolves it. Throws `KekNotActive` where a `wrapped-dek` hangs on another KEK than the one that is active under the lock:
   * nothing was recorded.
   */
  submit<State>(fold: Fold<State>, job: Job<State>): Promise<Verdict>;
  /** Folds the stream as it stands now, outside the lock: for queries, never for decisions. */
  state<State>(fold: Fold<State>, stream: string): Promise<State>;
  /**
   * The state as this replica folded it last, or, where it holds none, as it stands now. May be behind other replicas: for what never
   * changes once it is recorded, as a credential's address and type.
   */
  recall<State>(fold: Fold<State>, stream: string): Promise<State>;
  /** Recorded events in order, `position > after`: a safe read, because position order is commit order. */
  read(after: number, limit: number): Promise<readonly Recorded[]>;
  /** The same for whoever publishes: what this replica has just committed itself comes from its memory. */
  follow(after: number, limit: number): Promise<readonly Recorded[]>;
  /** The ciphertext that a staged version's event carries, or null. */
  sealed(position: number): Promise<Uint8Array | null>;
  /**
   * Calls the listener with each batch's events right after their commit, in order; the result stops it. A hint for speed: events whose
   * commit had to be looked up after a lost connection, and those of other replicas, come only through the relay.
   */
  onCommitted(listener: (events: readonly Recorded[]) => void): () => void;
}

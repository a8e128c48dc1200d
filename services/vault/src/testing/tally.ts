import { ok, refuse, type Result } from '@keyturn/kernel';
import type { Recorded } from '@keyturn/contracts/events';
import type { Refusal } from '@keyturn/contracts/refusals';
import type { CredentialRow, Decision, DecisionContext, Fold, Job, NewEvent, Write } from '../ports/command-log.ts';

/** The smallest state that shows order and repeats: how many events the stream has, and who holds the address. */
export type Tally = { readonly count: number; readonly address: string | null; readonly stream: string };

const addressOf = (event: Recorded): string | null => {
  const data = event.data as { address?: string; providerId?: string };
  return event.type === 'ledger.recorded' && data.providerId === 'released' ? null : (data.address ?? null);
};

const rowOf = (state: Tally): CredentialRow | null =>
  state.address === null
    ? null
    : {
        credentialId: state.stream,
        address: state.address,
        credentialType: 'database_password',
        status: 'active',
        openEpoch: null,
        generation: state.count,
        updatedAt: '2026-01-01T00:00:00.000Z',
        body: { count: state.count },
        upkeep: null,
      };

export const tally: Fold<Tally> = {
  initial: { count: 0, address: null, stream: '' },
  evolve: (state, event) => ({ count: state.count + 1, address: addressOf(event), stream: event.stream }),
  row: rowOf,
};

/** An event on the tally's stream; `released` gives the address back. */
export const tallied = (address: string, extra: { sealed?: Uint8Array; released?: true; sentence?: string } = {}): NewEvent => ({
  type: 'ledger.recorded',
  data: {
    credentialId: '00000000-0000-7000-8000-000000000000',
    address,
    kind: 'issued-not-committed',
    version: 1,
    providerId: extra.released ? 'released' : 'held',
    sentence: extra.sentence,
  },
  ...(extra.sealed ? { sealed: extra.sealed } : {}),
});

export type TallyJob = {
  readonly commandId: string;
  readonly stream: string;
  readonly fingerprint?: string;
  readonly claims?: string;
  readonly events?: readonly NewEvent[];
  readonly writes?: readonly Write[];
  readonly decide?: (state: Tally, context: DecisionContext) => Result<Decision, Refusal>;
};

/** A job that appends one event and answers with the count that it saw. */
export const tallyJob = ({ commandId, stream, fingerprint, claims, events, writes, decide }: TallyJob): Job<Tally> => ({
  commandId,
  fingerprint: fingerprint ?? 'f',
  stream,
  ...(claims === undefined ? {} : { claims }),
  meta: { commandId, actor: { kind: 'service', id: 'test' } },
  decide:
    decide ??
    ((state, { addressTaken }) =>
      addressTaken
        ? refuse({ code: 'address-taken', address: claims ?? '' })
        : ok({
            events: events ?? [tallied(claims ?? `system.test.${stream}`)],
            verdict: { saw: state.count },
            ...(writes ? { writes } : {}),
          })),
});

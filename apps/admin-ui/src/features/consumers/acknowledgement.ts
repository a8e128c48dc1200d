import type { ConsumerView } from '@keyturn/contracts/api';
import type { Tone } from '../../shared/state/status-badge.tsx';
import { consumers as consumerWords } from '../../strings-holders.ts';

const text = consumerWords.acknowledgement;

/** Whether an instance proved the present generation and reports that it works; and if not, or not wholly, why. */
export type Acknowledgement = { readonly tone: Tone; readonly said: string; readonly why: string | null };

type Now = { readonly current: number | null; readonly generation: number };
type Of = Pick<ConsumerView, 'state' | 'holds' | 'acknowledged' | 'nack'>;

const whyNot = ({ state, holds }: Of, { current }: Now): string => {
  if (state !== 'live') return text.because[state];
  if (current === null) return text.noVersion;
  return holds.some(({ version }) => version === current) ? text.unreported(current) : text.unfetched(current);
};

export const acknowledgementOf = (consumer: Of, now: Now): Acknowledgement => {
  const { acknowledged, nack, holds } = consumer;
  if (nack !== null) return { tone: 'bad', said: text.broken, why: nack };
  if (acknowledged === now.generation) {
    const old = holds.flatMap(({ version }) => (version === now.current ? [] : [version]));
    return { tone: 'good', said: text.generation(acknowledged), why: old.length === 0 ? null : text.draining(old) };
  }
  const said = acknowledged === null ? text.notYet : text.behind(acknowledged);
  return { tone: consumer.state === 'live' ? 'warn' : 'idle', said, why: whyNot(consumer, now) };
};

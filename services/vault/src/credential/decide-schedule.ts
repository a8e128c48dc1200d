import type { Refusal } from '@keyturn/contracts';
import { ok } from '@keyturn/kernel';
import { refusalSentence } from '../bulk-rotations/refusal-sentence.ts';
import type { CommandOf } from './command.ts';
import { type CredentialFact, type Decided, eventsOf } from './happened.ts';
import { isOverdueSaid, isTurn, overdueFrom, reachedAt, turnOf, untold } from './schedule.ts';
import type { RegisteredCredential } from './state.ts';

/** The same again changes nothing. */
export const changeSchedule = (
  { schedule, remindDaysBefore }: CommandOf<'credential.change-schedule'>,
  state: RegisteredCredential,
): Decided => {
  const days = [...new Set(remindDaysBefore ?? state.remindDaysBefore)].toSorted((a, b) => b - a);
  const wanted = { schedule, remindDaysBefore: days };
  const known = { schedule: state.schedule, remindDaysBefore: [...state.remindDaysBefore] };
  const isSame = JSON.stringify(tidy(wanted)) === JSON.stringify(tidy(known));
  return ok(isSame ? [] : [eventsOf(state)('credential.schedule-changed', wanted)]);
};

type Settings = Pick<RegisteredCredential, 'schedule' | 'remindDaysBefore'>;

/** One order of names, so that equal settings are equal texts. */
const tidy = ({ schedule, remindDaysBefore }: Settings) => {
  if (schedule === null) return [null, remindDaysBefore];
  const { rotateEveryMs, jitterMs, window } = schedule;
  return [rotateEveryMs, jitterMs, window ? [window.days, window.from, window.to, window.timeZone] : null, remindDaysBefore];
};

type Due = CommandOf<'credential.do-due'>;
type Request = (data: CommandOf<'rotation.request'>, state: RegisteredCredential) => Decided;

const MOST_SIGNS = 500;

const refused = (state: RegisteredCredential, refusal: Refusal): CredentialFact[] => {
  const turn = turnOf(state);
  if (!turn?.dueAt) return [];
  const said = { version: turn.version, dueAt: turn.dueAt, reasonCode: refusal.code };
  return [eventsOf(state)('credential.scheduled-rotation-refused', { ...said, sentence: refusalSentence(refusal).slice(0, MOST_SIGNS) })];
};

const rotation = ({ now, refusal }: Due, state: RegisteredCredential, request: Request): readonly CredentialFact[] => {
  if (!isTurn(state, now)) return [];
  if (refusal) return refused(state, refusal);
  const asked = request({ reason: 'scheduled' }, state);
  return asked.ok ? asked.value : refused(state, asked.refusal);
};

const overdue = ({ now }: Due, state: RegisteredCredential): CredentialFact[] => {
  const turn = turnOf(state);
  const from = overdueFrom(state);
  if (!turn || from === null || from > now || isOverdueSaid(state)) return [];
  return [eventsOf(state)('credential.rotation-overdue', { version: turn.version, dueAt: turn.overAt })];
};

/** The nearest distance that is reached stands for the larger ones, too: who registers a key for a week hears nothing of a month. */
const reminder = ({ now }: Due, state: RegisteredCredential): CredentialFact[] => {
  const { expiresAt, current } = state;
  const days = untold(state).findLast((distance) => expiresAt !== null && reachedAt(expiresAt, distance) <= now);
  if (days === undefined || expiresAt === null || current === null) return [];
  const make = eventsOf(state);
  return days === 0
    ? [make('credential.expired', { version: current, expiresAt })]
    : [make('credential.expiring', { version: current, expiresAt, daysBefore: days })];
};

/** Everything that the credential's own times ask for now. Asked again it yields nothing. */
export const doDue = (data: Due, state: RegisteredCredential, request: Request): Decided =>
  ok([...reminder(data, state), ...overdue(data, state), ...rotation(data, state, request)]);

import type { ScheduleEvent } from '@keyturn/contracts/events';
import { assertNever } from '@keyturn/kernel';
import type { Fact } from './evolve-version.ts';
import type { RegisteredCredential } from './state.ts';

const told = (state: RegisteredCredential, version: number, expiresAt: string, days: number): RegisteredCredential => {
  const { reminded } = state;
  const before = reminded?.version === version && reminded.expiresAt === expiresAt ? reminded.days : [];
  return { ...state, reminded: { version, expiresAt, days: [...before, days] } };
};

/** What a turn, a reminder, or another schedule makes of a credential. */
export const evolveSchedule = (state: RegisteredCredential, event: ScheduleEvent, { recordedAt: at, meta }: Fact): RegisteredCredential => {
  const { type, data } = event;
  switch (type) {
    case 'credential.schedule-changed':
      return {
        ...state,
        schedule: data.schedule,
        scheduledBy: meta.actor,
        remindDaysBefore: data.remindDaysBefore,
        scheduledRefusal: null,
        overdue: null,
      };
    case 'credential.scheduled-rotation-refused': {
      const { version, reasonCode: code, sentence } = data;
      return { ...state, scheduledRefusal: { version, changes: state.changes, at, code, sentence } };
    }
    case 'credential.rotation-overdue':
      return { ...state, overdue: { version: data.version, since: data.dueAt } };
    case 'credential.expiring':
      return told(state, data.version, data.expiresAt, data.daysBefore);
    case 'credential.expired':
      return told(state, data.version, data.expiresAt, 0);
    default:
      return assertNever(event);
  }
};

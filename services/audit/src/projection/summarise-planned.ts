import { type BulkRotationEvent, type DomainEvent, isOfSchedule, type ScheduleEvent } from '@keyturn/contracts/events';
import { isOfBulk, summariseBulk } from './summarise-bulk.ts';
import { summariseSchedule } from './summarise-schedule.ts';

type Planned = BulkRotationEvent | ScheduleEvent;

/** Was it asked of many at once, or did it come by a credential's own times? */
export const isPlanned = (event: DomainEvent): event is Planned => isOfBulk(event) || isOfSchedule(event);

export const summarisePlanned = (event: Planned): string => (isOfBulk(event) ? summariseBulk(event) : summariseSchedule(event));

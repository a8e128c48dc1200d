import { checkLog } from './check-log.ts';
import { checkUse } from './check-use.ts';
import type { Finding } from './finding.ts';
import type { RunRecord } from './run-record.ts';
import { tell } from './told.ts';

/**
 * Judges one run that has come to rest: what is wrong, by the name of the invariant; nothing if all is as promised. It shares no code with the
 * product, and reads what the product doesn't write for it: the provider's log, the subscribers' own logs, the raw tables and the clients'
 * histories.
 */
export const checkRun = (record: RunRecord): Finding[] => {
  const told = tell(record);
  return [...checkUse(record, told), ...checkLog(record, told)];
};

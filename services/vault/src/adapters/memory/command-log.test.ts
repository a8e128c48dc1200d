import { describeCommandLog } from '../../testing/describe-command-log.ts';
import { memoryCommandLog } from './command-log.ts';

describeCommandLog('in memory', async () =>
  Promise.resolve({ log: memoryCommandLog({ now: () => '2026-01-02T03:04:05.678901Z' }), dispose: () => Promise.resolve() }),
);

import { describeCommandLog } from '../src/testing/describe-command-log.ts';
import { testLog } from './test-log.ts';

describeCommandLog('in Postgres', async () => {
  const database = await testLog();
  return { log: database.openLog(), dispose: () => database.dispose() };
});

describeCommandLog('in Postgres, one command a batch', async () => {
  const database = await testLog();
  return { log: database.openLog({ batchSize: 1, cachedStreams: 1 }), dispose: () => database.dispose() };
});

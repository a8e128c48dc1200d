import { jsonLogger } from '@keyturn/telemetry';

// Logs more than may wait, works on meanwhile, and ends when it is told to.

const logger = jsonLogger('child');
const logging = setInterval(() => {
  for (let line = 0; line < 100; line += 1) logger.info('child.busy', { padding: 'x'.repeat(1_000) });
  process.send?.('working');
}, 5);
process.once('message', () => {
  clearInterval(logging);
  process.exit(0);
});

import type { BulkRotationSummary } from '@keyturn/contracts/api';
import { describe, expect, it } from 'vitest';
import { toneOf } from './bulk-words.ts';

const counts = { total: 4, waiting: 0, running: 0, completed: 4, failed: 0, skipped: 0, cancelled: 0 };
const withFailed = { ...counts, completed: 3, failed: 1 };

describe('the tone of a bulk rotation', () => {
  it.each<[string, BulkRotationSummary['status'], BulkRotationSummary['counts'], string]>([
    ['good where it ended well', 'ended', counts, 'good'],
    ['a warning where it ended with failures', 'ended', withFailed, 'warn'],
    ['busy while it runs, whatever failed', 'running', withFailed, 'busy'],
    ['a warning while it is paused', 'paused', counts, 'warn'],
    ['idle once it is cancelled', 'cancelled', withFailed, 'idle'],
  ])('is %s', (_name, status, of, tone) => expect(toneOf({ status, counts: of })).toBe(tone));
});

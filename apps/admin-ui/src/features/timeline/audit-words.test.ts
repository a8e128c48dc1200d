import { describe, expect, it } from 'vitest';
import { auditWords } from './audit-words.ts';

const CONVICTION = { position: 3, sentence: 'position 3 was witnessed with another hash' };
const TROUBLE = '12 events behind the vault since 2026-01-02T03:04:05.000Z: its relay or the stream stands still';

describe('what is said of audit', () => {
  it('is nothing while all is well', () => {
    expect(auditWords({ convictions: [], troubles: [] })).toBeNull();
  });
  it('is that it convicts the log, before anything else', () => {
    const other = { position: 7, sentence: 'the entry at position 7 is missing' };
    expect(auditWords({ convictions: [CONVICTION, other], troubles: [TROUBLE] })).toMatchObject({
      tone: 'bad',
      title: `The audit service convicts the log: ${CONVICTION.sentence}`,
      sentences: [other.sentence, expect.stringContaining('settles')],
    });
  });
  it('is what keeps it from going on', () => {
    expect(auditWords({ convictions: [], troubles: [TROUBLE] })).toMatchObject({ tone: 'warn', sentences: [TROUBLE] });
  });
});

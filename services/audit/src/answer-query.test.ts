import { describe, expect, it } from 'vitest';
import { memoryEntryStore } from './adapters/memory/entry-store.ts';
import { answerQuery } from './answer-query.ts';
import { GENESIS } from './ports/entry-store.ts';
import { sortBatch } from './projection/sort-batch.ts';
import { CREDENTIAL, arrivedAt } from './testing/sample-events.ts';

const actor = { kind: 'person', id: 'ada', roles: ['auditor'] };
const stored = async (troubles: string[] = []) => {
  const store = memoryEntryStore();
  await store.append(GENESIS, sortBatch(GENESIS, [arrivedAt(1), arrivedAt(2), arrivedAt(3)]).taken);
  return { store, projector: { troubles: () => troubles } };
};

describe('timeline.read', () => {
  it('answers a page, oldest first', async () => {
    const reply = await answerQuery('timeline.read', { actor, data: { credentialId: CREDENTIAL, after: 1, limit: 1 } }, await stored());
    expect(reply).toMatchObject({ ok: { items: [{ position: 2 }], projectedTo: 3, total: 3 } });
  });
  it('is refused to who may not read', async () => {
    const reply = await answerQuery('timeline.read', { actor: { ...actor, roles: ['user'] }, data: {} }, await stored());
    expect(reply).toEqual({ refusal: { code: 'not-allowed', action: 'timeline.read' } });
  });
  it.each([[{}], [{ actor, data: { limit: 0 } }], [{ actor, data: { credentialId: 'x' } }]])('is refused to %j', async (payload) => {
    expect(await answerQuery('timeline.read', payload, await stored())).toMatchObject({ refusal: { code: 'message-invalid' } });
  });
});

describe('health.check', () => {
  it('says how far the log is witnessed', async () => {
    expect(await answerQuery('health.check', { actor, data: {} }, await stored())).toEqual({ ok: { ok: true, down: [], position: 3 } });
  });
  it('names what keeps it from going on', async () => {
    const reply = await answerQuery('health.check', { actor, data: {} }, await stored(['halted at message 4']));
    expect(reply).toEqual({ ok: { ok: false, down: ['halted at message 4'], position: 3 } });
  });
  it('names a database that does not answer', async () => {
    const { projector } = await stored();
    const store = { ...memoryEntryStore(), checkpoint: () => Promise.reject(new Error('gone')) };
    expect(await answerQuery('health.check', { actor, data: {} }, { store, projector })).toMatchObject({
      ok: { ok: false, down: ['database'] },
    });
  });
});

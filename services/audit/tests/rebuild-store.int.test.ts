import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memoryAuditDatabase } from '../src/adapters/memory/audit-database.ts';
import { auditDatabase } from '../src/adapters/postgres/audit-database.ts';
import { GENESIS } from '../src/ports/entry-store.ts';
import { PROJECTION_VERSION } from '../src/projection/project.ts';
import { sortBatch } from '../src/projection/sort-batch.ts';
import { arrivedAt, recordedAt } from '../src/testing/sample-events.ts';
import { type TestDatabase, testDatabase } from './test-database.ts';

type Database = ReturnType<typeof memoryAuditDatabase>;
const at = (position: number) => (position === 0 ? GENESIS : { position, hash: recordedAt(position).hash });
const event = (position: number) => sortBatch(at(position - 1), [arrivedAt(position)]).taken;
const COMPARED = { upTo: 2, digest: 'a', replacedDigest: 'a' };

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.dispose());

const describeRebuildStore = (name: string, open: () => Database) =>
  describe(`the generations in ${name}`, () => {
    let opened: Database;
    beforeAll(() => {
      opened = open();
    });

    it('have no rebuild before somebody asks', async () => {
      expect(await opened.rebuilds.latest()).toBeNull();
      await expect(opened.rebuilds.heads(2)).rejects.toThrow('no generation 2');
    });

    it('have one rebuild at a time, which a repeat finds again', async () => {
      await opened.store.append(GENESIS, event(1));
      await opened.store.append(at(1), event(2));
      const asked = [await opened.rebuilds.request(), await opened.rebuilds.request()];
      const building = { generation: 2, state: 'building', position: 0, refusedBecause: null, compared: null };
      expect([...asked, await opened.rebuilds.latest()]).toEqual([building, building, building]);
    });

    it('are not served while they are behind', async () => {
      await opened.storeOf(2).append(GENESIS, event(1));
      expect(await opened.rebuilds.heads(2)).toEqual({ served: at(2), rebuilt: { position: 1, hashAtServed: null } });
      expect(await opened.rebuilds.serve(2, COMPARED)).toBe(false);
      expect(await opened.rebuilds.latest()).toMatchObject({ state: 'building', position: 1 });
    });

    it('are served in the place of the last, whose store is then theirs', async () => {
      await opened.storeOf(2).append(at(1), event(2));
      expect(await opened.rebuilds.heads(2)).toEqual({ served: at(2), rebuilt: { position: 2, hashAtServed: at(2).hash } });
      expect(await opened.rebuilds.serve(2, COMPARED)).toBe(true);
      expect(await opened.rebuilds.latest()).toMatchObject({ generation: 2, state: 'served', compared: COMPARED });
      await opened.store.append(at(2), event(3));
      expect((await opened.storedOf(2).page(2, 10)).map(({ entry }) => entry.position)).toEqual([3]);
      await expect(opened.storeOf(2).checkpoint()).rejects.toThrow('missing');
    });

    it('are refused with the reason, and another one can be asked for', async () => {
      await opened.rebuilds.request();
      await opened.rebuilds.refuse(3, 'another story');
      expect(await opened.rebuilds.latest()).toMatchObject({ generation: 3, state: 'refused', refusedBecause: 'another story' });
      expect(await opened.rebuilds.request()).toMatchObject({ generation: 4, state: 'building' });
      expect(await opened.store.checkpoint()).toEqual(at(3));
    });

    it('know whether another version worded their entries', async () => {
      const stored = opened.storedOf('served');
      expect([await stored.hasOtherProjection(PROJECTION_VERSION), await stored.hasOtherProjection(PROJECTION_VERSION + 1)]).toEqual([
        false,
        true,
      ]);
    });
  });

describeRebuildStore('memory', () => memoryAuditDatabase());
describeRebuildStore('postgres', () => auditDatabase(database.pool));

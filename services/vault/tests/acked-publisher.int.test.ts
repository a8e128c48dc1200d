import { inboxPrefix } from '@keyturn/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ackedPublisher } from '../src/adapters/nats/acked-publisher.ts';
import { type TestNats, testNats } from './test-nats.ts';

let nats: TestNats;
beforeAll(async () => {
  nats = await testNats();
});
afterAll(() => nats.dispose());

it('rejects at once where the connection can take no message, and leaves nothing behind that rejects later', async () => {
  const connection = await nats.connectVault();
  const publisher = ackedPublisher(connection, { timeoutMs: 50, inboxPrefix: inboxPrefix('vault') });
  const large = new Uint8Array((connection.info?.max_payload ?? 0) + 1);
  await expect(publisher.publish('keyturn.log.a.b', large, {})).rejects.toThrow(/payload/iu);
  await connection.close();
  await expect(publisher.publish('keyturn.log.a.b', Buffer.from('{}'), {})).rejects.toThrow(/clos/iu);
});

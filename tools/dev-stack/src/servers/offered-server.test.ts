import { describe, expect, it } from 'vitest';
import { offeredServer } from './offered-server.ts';

const offer = { name: 'NATS', variable: 'KEYTURN_NATS_URL', timeoutMs: 0 };

describe('an offered server', () => {
  it('is left alone when everything is stopped', async () => {
    const server = await offeredServer({ ...offer, isReady: async () => true });
    await server.stop();
    expect(server.pid()).toBeUndefined();
  });

  it('is not killed or started from here', async () => {
    const server = await offeredServer({ ...offer, isReady: async () => true });
    const sentence = 'NATS is offered by KEYTURN_NATS_URL: it is not ours to kill or to start.';
    await expect(server.kill()).rejects.toThrow(sentence);
    await expect(server.restart()).rejects.toThrow(sentence);
  });

  it.each([async () => false, () => Promise.reject(new Error('refused'))])(
    'is named by its variable when it does not answer',
    async (isReady) => {
      await expect(offeredServer({ ...offer, isReady })).rejects.toThrow(
        'KEYTURN_NATS_URL names a NATS that does not answer, or not as it has to.',
      );
    },
  );
});

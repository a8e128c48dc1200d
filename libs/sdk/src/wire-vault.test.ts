import { memoryNats } from '@keyturn/bus/testing';
import { describe, expect, it } from 'vitest';
import { busWire } from './adapters/bus-wire.ts';
import type { HeldVersion } from './held-version.ts';
import { manualClock } from './testing/manual-clock.ts';
import { MemoryVault } from './testing/memory-vault.ts';
import { serveMemoryVault } from './testing/serve-memory-vault.ts';
import { wireVault } from './wire-vault.ts';

const ADDRESS = 'system.postgres.orders';

const start = () => {
  const nats = memoryNats();
  const clock = manualClock();
  const vault = new MemoryVault(clock);
  serveMemoryVault(nats.bus(), vault);
  vault.commit(ADDRESS, { username: 'orders', password: 'one' });
  return { vault, subscriber: wireVault({ wire: busWire(nats.bus()), clock, consumer: 'orders', instance: 'a1' }) };
};

describe('the wire to the vault', () => {
  it('lets no beat leave that does not know yet of what a fetch before it has brought', async () => {
    const { vault, subscriber } = start();
    await subscriber.fetch(ADDRESS, () => undefined); // makes the link, so the next one leaves at once
    let held: HeldVersion | null = null;
    const fetching = subscriber.fetch(ADDRESS, (version) => void (held = version));
    await Promise.resolve(); // the fetch is on its way, and waits for its answer
    const beating = subscriber.beat(() => (held ? [{ credentialId: held.credentialId, versions: [held.version] }] : []));
    await Promise.all([fetching, beating]);
    expect(vault.heard.map(({ verb }) => verb)).toEqual(['fetch', 'fetch', 'beat']);
    expect(vault.held.get('a1')).toMatchObject([{ versions: [1] }]);
  });

  it('goes on after a message that was lost', async () => {
    const { vault, subscriber } = start();
    vault.outage = 'after';
    const lost = subscriber.beat(() => []);
    await expect(lost).rejects.toThrow(/./);
    vault.outage = null;
    expect(await subscriber.beat(() => [])).toEqual({ ok: true, value: { current: [] } });
    expect(vault.heard.map(({ seq }) => seq).toSorted((a, b) => a - b)).toEqual(vault.heard.map(({ seq }) => seq));
  });
});

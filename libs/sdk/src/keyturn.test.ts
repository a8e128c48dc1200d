import { afterEach, describe, expect, it } from 'vitest';
import { ADDRESS, BEAT_MS, closeAll, poolRecipe, SECOND, settle, start, THIRD, until } from './testing/start-instance.ts';

afterEach(closeAll);

describe('an instance', () => {
  it('sends its messages one after another with a rising seq, also after a restart under the same name', async () => {
    const { keyturn, connectAs, vault, clock, commit } = start();
    const pool = await keyturn.derived(await keyturn.secret(ADDRESS), poolRecipe());
    clock.advance(BEAT_MS);
    commit(ADDRESS, SECOND);
    await until(() => vault.acks.length === 2 && pool.version() === 2);
    await keyturn.close();
    clock.advance(1);
    await connectAs('a1').secret(ADDRESS);
    const seqs = vault.heard.map(({ seq }) => seq);
    expect(seqs.length).toBeGreaterThan(5);
    expect(seqs).toEqual([...new Set(seqs)].toSorted((a, b) => a - b));
  });

  it('repeats a report under the same command id until it is answered', async () => {
    const { keyturn, vault, clock, verbs } = start();
    const secret = await keyturn.secret(ADDRESS);
    vault.outage = 'after';
    secret();
    await until(() => verbs('ack').length === 1);
    await settle();
    expect(keyturn.status().secrets[0]?.isAcknowledged).toBe(false);
    vault.outage = null;
    await until(() => keyturn.status().secrets[0]?.isAcknowledged === true, clock);
    const ids = verbs('ack').map(({ body }) => (body as { commandId: string }).commandId);
    expect([ids.length, new Set(ids).size, vault.acks.length]).toEqual([2, 1, 1]);
  });

  it('fetches anew when its report is stale', async () => {
    const { keyturn, vault, clock } = start();
    const pool = await keyturn.derived(await keyturn.secret(ADDRESS), poolRecipe());
    await until(() => vault.acks.length === 1);
    const notices = [vault.commit(ADDRESS, SECOND), vault.commit(ADDRESS, THIRD)];
    expect(notices).toHaveLength(2); // and both are lost
    vault.refuseNext('ack', { code: 'ack-stale', generation: 3 });
    await until(() => vault.acks.length === 2, clock);
    expect([vault.acks[1]?.generation, pool().fields]).toEqual([3, THIRD]);
  });

  it('reports again with a fresh nonce where the vault has forgotten the old one', async () => {
    const { keyturn, vault, clock, verbs } = start();
    vault.refuseNext('ack', { code: 'ack-invalid' });
    (await keyturn.secret(ADDRESS))();
    await until(() => vault.acks.length === 1, clock);
    expect([verbs('fetch').length, verbs('ack').length]).toEqual([2, 2]);
  });

  it('fetches anew where the vault has lost its lease, and so hears of changes again', async () => {
    const { keyturn, vault, clock, verbs } = start();
    const pool = await keyturn.derived(await keyturn.secret(ADDRESS), poolRecipe());
    vault.loseLease('a1');
    vault.commit(ADDRESS, SECOND); // and its notice is lost
    clock.advance(BEAT_MS);
    await until(() => pool.version() === 2, clock);
    expect(vault.held.get('a1')?.[0]?.versions).toContain(2);
    expect(verbs('fetch')).toHaveLength(2);
  });

  it('makes a new link once when the vault does not know its own', async () => {
    const { keyturn, vault, commit, verbs } = start();
    const secret = await keyturn.secret(ADDRESS);
    vault.loseLinks();
    commit(ADDRESS, SECOND);
    await until(() => secret().reveal()['username'] === 'orders_kt1');
    expect(verbs('fetch')).toHaveLength(3);
  });

  it('trusts no sealing keys but those of the pinned identity', async () => {
    const { clock, vault, connectAs } = start();
    const astray = connectAs('b2', 'A'.repeat(43));
    const waiting = astray.secret(ADDRESS).catch((error: unknown) => error);
    await until(() => astray.status().secrets[0]?.trouble !== null);
    expect(astray.status().secrets[0]?.trouble).toBe('unanswered: SealingKeysUntrusted');
    expect(vault.heard.filter(({ instance }) => instance === 'b2')).toEqual([]);
    clock.advance(60_000);
    expect(await waiting).toMatchObject({ name: 'SecretUnavailable' });
  });

  it('drains, and then says goodbye, when it is closed', async () => {
    const steps: string[] = [];
    const { keyturn, vault } = start();
    const pool = await keyturn.derived(await keyturn.secret(ADDRESS), poolRecipe(steps));
    await keyturn.close();
    expect([steps.at(-1), vault.heard.at(-1)?.verb, vault.held.has('a1')]).toEqual(['drain orders', 'goodbye', false]);
    await expect(pool.use(() => 1)).rejects.toThrow('closed');
    expect(() => pool()).toThrow('what was derived from the secret is closed');
    expect(() => pool.version()).toThrow('what was derived from the secret is closed');
  });

  it('derives nothing more once it is closed', async () => {
    const steps: string[] = [];
    const { keyturn } = start();
    const secret = await keyturn.secret(ADDRESS);
    await keyturn.close();
    await expect(keyturn.derived(secret, poolRecipe(steps))).rejects.toThrow('this connection to Keyturn is closed');
    expect(steps).toEqual([]);
  });

  it('sends away who still waits for a first value when it is closed', async () => {
    const { keyturn, vault } = start();
    vault.outage = 'before';
    const waiting = keyturn.secret(ADDRESS).catch((error: unknown) => error);
    await until(() => keyturn.status().secrets[0]?.trouble !== null);
    await keyturn.close();
    expect(await waiting).toMatchObject({
      name: 'SecretUnavailable',
      message: `the secret ${ADDRESS} is not available: this connection to Keyturn is closed`,
    });
  });

  it('drains what was still being tried when it was closed, and does not hand it out', async () => {
    const steps: string[] = [];
    const { keyturn } = start();
    const secret = await keyturn.secret(ADDRESS);
    const probe = Promise.withResolvers<void>();
    const recipe = poolRecipe(steps);
    const waiting = keyturn.derived(secret, { ...recipe, probe: () => probe.promise }).catch((error: unknown) => error);
    await until(() => steps.length === 1);
    const closed = keyturn.close();
    probe.resolve();
    await closed;
    expect(await waiting).toMatchObject({ name: 'SecretUnavailable' });
    await until(() => steps.at(-1) === 'drain orders');
  });

  it('writes no secret to its log', async () => {
    const refused = new Set<string>();
    const { keyturn, vault, lines, commit, nats } = start();
    await keyturn.derived(await keyturn.secret(ADDRESS), poolRecipe([], refused));
    refused.add(SECOND['password']!);
    commit(ADDRESS, SECOND);
    await until(() => vault.acks.at(-1)?.ok === false);
    nats.setConnected(false);
    commit(ADDRESS, THIRD);
    nats.setConnected(true);
    await until(() => vault.acks.at(-1)?.generation === 3);
    expect(lines.length).toBeGreaterThan(5);
    expect(lines.filter((line) => line.includes('canary'))).toEqual([]);
    expect(JSON.stringify([vault.acks, keyturn.status()])).not.toContain('canary');
  });
});

import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ProblemAnswer, type SupervisedProcess } from '@keyturn/dev-stack';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type FaultStack, startFaultStack } from '../src/fault-stack.ts';
import { type TcpProxy, tcpProxy } from '../src/tcp-proxy.ts';

let faults: FaultStack;
let issuersWay: TcpProxy;
let vaultsWay: TcpProxy;
const wayOf = new Map<string, TcpProxy>();

beforeAll(async () => {
  const nats = async (instance: string, port: number): Promise<number> => {
    const proxy = await tcpProxy(port);
    wayOf.set(instance, proxy);
    return proxy.port;
  };
  const issuer = async (port: number): Promise<number> => {
    issuersWay = await tcpProxy(port);
    return issuersWay.port;
  };
  const vault = async (port: number): Promise<number> => {
    vaultsWay = await tcpProxy(port);
    return vaultsWay.port;
  };
  // A worker that was stopped for long would otherwise give up its statement when it wakes: here it is to send it.
  const workerSettings = { PROVIDER_STATEMENT_TIMEOUT_MS: '600000' };
  faults = await startFaultStack({ detours: { nats, issuer, vault }, policy: { lostAfterMs: 12_000 }, workerSettings });
});
afterEach(async () => {
  for (const proxy of [...wayOf.values(), issuersWay, vaultsWay]) proxy.heal();
  await faults.databases.letIssuerLogIn(true);
});
afterAll(async () => {
  await faults?.stop();
  await Promise.all([...wayOf.values(), issuersWay, vaultsWay].map((proxy) => proxy?.close()));
});

const logHas = (process: SupervisedProcess, word: string): boolean => readFileSync(process.logFile, 'utf8').includes(word);

describe('a rotation under load', () => {
  it.each([
    ['vault', 'rotation.requested'],
    ['vault', 'credential.version-applied'],
    ['vault', 'credential.revocation-started'],
    ['vault', 'credential.logins-denied'],
    ['rotation-worker', 'credential.version-applied'],
    ['rotation-worker', 'credential.rotated'],
    ['rotation-worker', 'credential.logins-denied'],
    ['api-gateway', 'credential.rotated'],
    ['audit', 'credential.rotated'],
  ] as const)('goes on after %s was killed at %s', async (service, step) => {
    const run = await faults.begin();
    await run.rotate();
    await run.until(step);
    await run.killAndRestart(faults.stack.services[service]);
    expect(await run.end()).toMatchObject({ ends: ['rotation.completed'] });
  });

  it.each([
    ['nats', 'credential.version-staged'],
    ['nats', 'credential.rotated'],
    ['temporal', 'credential.version-staged'],
    ['temporal', 'credential.rotated'],
  ] as const)('goes on after %s was killed at %s', async (server, step) => {
    const run = await faults.begin();
    await run.rotate();
    await run.until(step);
    await run.killAndRestart(faults.stack.servers[server]);
    expect(await run.end()).toMatchObject({ ends: ['rotation.completed'] });
  });

  it.each(['credential.version-staged', 'credential.rotated', 'credential.revocation-started'])(
    'goes on after Postgres, with the vault and the target in it, was killed at %s',
    async (step) => {
      const run = await faults.begin();
      await run.rotate();
      await run.until(step);
      await run.breakTarget(() => run.killAndRestart(faults.stack.servers.postgres));
      expect(await run.end()).toMatchObject({ ends: ['rotation.completed'] });
    },
  );

  it.each(['credential.version-staged', 'credential.rotated', 'credential.revocation-started'])(
    'goes on after the vault’s database alone was away at %s, and no login fails meanwhile',
    async (step) => {
      const run = await faults.begin();
      const { api, credentialId } = faults.stack;
      const epoch = await run.rotate();
      await run.until(step);
      vaultsWay.cut();
      await run.waitFor('the vault says that its database is away', () =>
        api.rotation(credentialId, epoch).then(
          () => false,
          (answer: unknown) => answer instanceof ProblemAnswer && answer.problem.status === 503,
        ),
      );
      vaultsWay.heal();
      run.note('the vault’s database is back');
      expect(await run.end()).toMatchObject({ ends: ['rotation.completed'] });
    },
  );

  it.each(['rotation.requested', 'credential.rotated'])('goes on after a subscriber was killed at %s', async (step) => {
    const run = await faults.begin();
    await run.rotate();
    await run.until(step);
    await run.killAndRestart(faults.stack.workload[0]!);
    expect(await run.end()).toMatchObject({ ends: ['rotation.completed'] });
  });
});

describe('a vault that hangs', () => {
  it('is answered for by the gateway, and goes on as if nothing had been once it wakes', async () => {
    const run = await faults.begin();
    const { api, credentialId, services } = faults.stack;
    const epoch = await run.rotate();
    await run.until('credential.rotated');
    const pid = services.vault.pid()!;
    process.kill(pid, 'SIGSTOP');
    run.note('the vault is paused');
    const answer = await api.rotation(credentialId, epoch).catch((problem: unknown) => problem);
    process.kill(pid, 'SIGCONT');
    run.note('the vault is awake');
    expect(answer).toMatchObject({ name: 'ProblemAnswer', problem: { status: 503, code: 'vault-unavailable' } });
    expect(await run.end()).toMatchObject({ ends: ['rotation.completed'] });
  });
});

describe('an issuer that is locked out at the target', () => {
  it('makes the rotation fail cleanly, and the sweeper settles what it left once the issuer is back', async () => {
    const run = await faults.begin();
    const held = issuersWay.holdNext('begin isolation level');
    const epoch = await run.rotate();
    await held.arrived;
    await faults.databases.letIssuerLogIn(false);
    issuersWay.cut();
    issuersWay.heal();
    run.note('the issuer is locked out, with a candidate that is staged and not applied');
    await run.until('rotation.failed');
    const failed = await faults.stack.api.rotation(faults.stack.credentialId, epoch);
    expect(failed).toMatchObject({ status: 'failed', failure: { step: 'apply', code: 'issuer-denied' } });
    await faults.databases.letIssuerLogIn(true);
    run.note('the issuer is back');
    const { ends, events } = await run.end();
    expect(ends).toEqual(['rotation.failed']);
    expect(events.map(({ type }) => type)).toContain('credential.version-discarded');
  });
});

describe('what is no authority', () => {
  it.each(['credential.version-staged', 'credential.rotated'])('lets the sweeper resume after Temporal was emptied at %s', async (step) => {
    const run = await faults.begin();
    await run.rotate();
    await run.until(step);
    const { temporal, varDir } = faults.stack.servers;
    await temporal.kill();
    for (const suffix of ['', '-shm', '-wal']) rmSync(join(varDir, 'temporal', `temporal.db${suffix}`), { force: true });
    await temporal.restart();
    run.note('Temporal is up again and knows nothing');
    expect(await run.end()).toMatchObject({ ends: ['rotation.completed'] });
  });

  it('lets the relay refill JetStream after it was emptied, and audit neither loses nor doubles', async () => {
    const run = await faults.begin();
    await run.rotate();
    await run.until('credential.rotated');
    const { nats, varDir } = faults.stack.servers;
    await nats.kill();
    rmSync(join(varDir, 'nats', 'jetstream'), { recursive: true });
    await nats.restart();
    run.note('NATS is up again with an empty store');
    expect(await run.end()).toMatchObject({ ends: ['rotation.completed'] });
  });
});

describe('a subscriber that is lost', () => {
  it('holds the revoke by its sessions as long as it works, and by nothing once it is dead', async () => {
    const run = await faults.begin();
    const { api, credentialId, workload } = faults.stack;
    const way = wayOf.get('two')!;
    way.cut();
    run.note('orders/two is cut off');
    const epoch = await run.rotate();
    const isLost = async (): Promise<boolean> =>
      (await api.consumers(credentialId)).items.some(({ instance, state }) => instance === 'two' && state === 'lost');
    await run.waitFor('orders/two is lost', isLost);
    await run.waitFor('its sessions are all that is waited for', async () =>
      (await api.rotation(credentialId, epoch)).waitingFor.every((clause) => /still logged in as orders/u.test(clause)),
    );
    expect(await api.rotation(credentialId, epoch)).toMatchObject({ status: 'open', held: true });

    await workload[1]!.kill();
    run.forget('two');
    run.note('orders/two is dead');
    const { ends, events } = await run.end();
    expect(ends).toEqual(['rotation.completed']);
    const started = events.findLast(({ type }) => type === 'credential.revocation-started');
    expect(JSON.parse(started!.data)).toMatchObject({ epoch, proof: { acknowledged: 1, lost: ['orders/two'] } });
    way.heal();
    await workload[1]!.restart();
  });
});

describe('a worker that is paused in the middle of setting a password', () => {
  it('is refused at the target when it wakes after another worker took over', async () => {
    const paused = faults.stack.services['rotation-worker'];
    const pid = paused.pid()!;
    const run = await faults.begin();
    const held = issuersWay.holdNext('begin isolation level');
    const first = await run.rotate();
    await held.arrived;
    process.kill(pid, 'SIGSTOP');
    run.note('the first worker is paused before its transaction at the target');
    const other = await faults.stack.addWorker('rotation-worker-two');
    const status = async (epoch: number) => (await faults.stack.api.rotation(faults.stack.credentialId, epoch)).status;
    await run.waitFor('the second worker completed the rotation', async () => (await status(first)) === 'completed');
    const second = await run.rotate(); // shuts the very role that the paused worker is about to open
    await run.waitFor('the second worker completed another one', async () => (await status(second)) === 'completed');
    expect(logHas(paused, 'stale-epoch')).toBe(false);

    process.kill(pid, 'SIGCONT');
    held.release();
    run.note('the first worker is awake');
    await held.closed;
    await run.waitFor('the target refused it', () => logHas(paused, 'stale-epoch'));
    expect(await run.end()).toMatchObject({ ends: ['rotation.completed', 'rotation.completed'] });
    await other.stop();
  });
});

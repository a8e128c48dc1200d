import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { z } from 'zod';
import type { BenchStack } from '../bench-stack.ts';
import { type Child, startChild } from '../process/child.ts';
import { type Figure, figureOf, type SuiteResult } from '../report/figures.ts';
import type { SuiteOptions } from '../suite-options.ts';
import { must, register } from '../vault-answers.ts';
import type { Login, ProbeKind } from './probe.ts';
import { rotateOnce } from './rotation.ts';

const CONSUMER = 'bench';
const WARM_UP = 3;
const PROMISED = { instances: 10, ratioUnder: 5 } as const;
const PROCESSES = 2;

const ABOUT = [
  "From the commit to the last instance's acknowledgement, by the vault's clock (`convergenceMs` of the rotation).",
  `The instances are the SDK itself, each with its own NATS connection, spread over ${PROCESSES} processes (one instance: one process).`,
  "Rotations are driven by the vault's own epoch commands, as the worker sends them, without a provider and without preflight.",
] as const;

const entry = (name: string): string => join(import.meta.dirname, name);

/** How fast instances follow a commit, with 1, 10 and 100 of them. */
export const convergence = async (stack: BenchStack, options: SuiteOptions): Promise<SuiteResult> => {
  const login = await loginFor(stack);
  const issuer = await register(stack.asGateway, { address: 'system.postgres.convergence-issuer', issuer: null });
  const grants = (['read', 'ack', 'preflight'] as const).map((action) => ({ action, pattern: 'system.postgres.*' }));
  await must(stack.asGateway, 'consumer.register', { consumer: CONSUMER, grants });
  const figures: Figure[] = [];
  for (const kind of ['no-op', 'login'] as const) {
    for (const instances of [1, 10, 100]) {
      const rounds = Math.ceil((options.isQuick ? 10 : 150) / (instances === 100 ? 3 : 1));
      const measured = await measure(stack, { kind, instances, rounds, login, issuer });
      figures.push(figure(kind, instances, measured));
      options.onProgress(`convergence with ${instances} instances, probe ${kind}: ${rounds} rounds done`);
    }
  }
  return { suite: 'Convergence', about: ABOUT, figures };
};

const figure = (kind: ProbeKind, instances: number, measured: Measured): Figure =>
  figureOf({
    name: `${instances} instance${instances === 1 ? '' : 's'}, ${kind === 'login' ? 'a login as the probe' : 'no-op probe'}`,
    unit: 'ms',
    ...measured,
    floorIs:
      `one committed row, a notice to ${instances} raw NATS connections in as many processes, a request and its answer for the fetch` +
      `${kind === 'login' ? `, ${instances} logins at once` : ''}, and another for the acknowledgement`,
    ...(instances === PROMISED.instances ? { promise: { ratioUnder: PROMISED.ratioUnder } } : {}),
  });

type Case = {
  readonly kind: ProbeKind;
  readonly instances: number;
  readonly rounds: number;
  readonly login: Login;
  readonly issuer: string;
};
type Measured = { readonly ours: readonly number[]; readonly floor: readonly number[] };

/** In turns, the floor and ours: whatever else the machine does hits both. */
const measure = async (stack: BenchStack, wanted: Case): Promise<Measured> => {
  const children: Child[] = [];
  try {
    const floorRound = await startFloor(stack, wanted, children);
    const rotate = await startOurs(stack, wanted, children);
    const measured = { ours: [] as number[], floor: [] as number[] };
    for (let round = -WARM_UP; round < wanted.rounds; round += 1) {
      const [floor, ours] = [await floorRound(), await rotate()];
      if (round >= 0) measured.floor.push(floor);
      if (round >= 0) measured.ours.push(ours);
    }
    return measured;
  } finally {
    await Promise.all(children.map((child) => child.stop()));
  }
};

/** How many instances each process has. */
const shares = (instances: number): number[] => {
  const processes = Math.min(PROCESSES, instances);
  return Array.from({ length: processes }, (_, index) => Math.floor((instances + index) / processes));
};

const startFloor = async (stack: BenchStack, { kind, instances, login }: Case, children: Child[]): Promise<() => Promise<number>> => {
  const common = { natsUrl: stack.nats.url, creds: stack.floorCreds };
  const server = startChild(entry('floor-server.ts'));
  children.push(server);
  await server.ask('start', { ...common, databaseUrl: stack.floorUrl });
  for (const count of shares(instances)) {
    const child = startChild(entry('floor-instances.ts'));
    children.push(child);
    await child.ask('start', { ...common, probe: kind, login, count });
  }
  return async () => z.number().parse(await server.ask('round', { instances }));
};

const startOurs = async (stack: BenchStack, wanted: Case, children: Child[]): Promise<() => Promise<number>> => {
  const { kind, instances, issuer, login } = wanted;
  const { password, ...publicFields } = login;
  const address = `system.postgres.${kind}-${instances}`;
  const credentialId = await register(stack.asGateway, { address, issuer, publicFields, secret: password });
  const processes: Child[] = [];
  let next = 0;
  for (const count of shares(instances)) {
    const child = startChild(entry('instances.ts'));
    children.push(child);
    processes.push(child);
    const names = Array.from({ length: count }, () => `${kind}-${instances}-${(next += 1)}`);
    const started = names.map(async (instance) => {
      const creds = await stack.nats.addSubscriber({ consumer: CONSUMER, instance, addresses: ['system.postgres.*'] });
      return { name: instance, creds: readFileSync(creds, 'utf8') };
    });
    const data = { natsUrl: stack.nats.url, consumer: CONSUMER, address, probe: kind, instances: await Promise.all(started) };
    await child.ask('start', data);
  }
  const allReported = async (generation: number): Promise<void> =>
    void (await Promise.all(processes.map((child) => child.ask('awaitReports', { generation }))));
  await allReported(1);
  let version = 1;
  const { asGateway, asWorker } = stack;
  return () => rotateOnce({ asGateway, asWorker, credentialId, publicFields, password, instances, allReported }, (version += 1));
};

/** A role that the probes log in as. Its password stays: nothing here is about the provider. */
const loginFor = async ({ postgres }: BenchStack): Promise<Login> => {
  const password = 'bench-login';
  const client = new Client({ connectionString: postgres.url });
  await client.connect();
  await client.query(`CREATE ROLE bench LOGIN PASSWORD '${password}'`);
  await client.end();
  return { host: '127.0.0.1', port: String(postgres.port), database: 'postgres', username: 'bench', password };
};

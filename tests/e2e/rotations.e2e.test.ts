import { setTimeout as pause } from 'node:timers/promises';
import { Timeline, type AuditEntry, type RotationView } from '@keyturn/contracts/api';
import { readStats } from '@keyturn/dev-stack';
import { Client } from 'pg';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { admin, readCredential, rotateToEnd, untilSteady } from './support/admin.ts';
import { ask, credentialPath } from './support/ask.ts';

const { credentialId, endpoints } = inject('stack');
const ROTATIONS = 5;
const ONCE = [
  'rotation.requested',
  'credential.version-staged',
  'credential.version-applied',
  'credential.version-tested',
  'credential.rotated',
  'credential.version-superseded',
  'credential.revocation-started',
  'credential.logins-denied',
  'credential.version-revoked',
  'rotation.completed',
];
const INSTANCES = ['orders/one', 'orders/two'];

type Counts = {
  readonly loginsTried: number;
  readonly loginsFailed: number;
  readonly queriesTried: number;
  readonly queriesFailed: number;
};
const rotations: RotationView[] = [];
let load: Counts;
let timeline: AuditEntry[];
/** The log's head when the timeline was read. */
let upTo: number;

/** Both instances' counters, once both have written since now. */
const countLoad = async (): Promise<Counts> => {
  const now = new Date().toISOString();
  const { statsFiles } = endpoints.workload;
  while (!statsFiles.every((file) => readStats(file).at > now)) await pause(50);
  const sum = (key: keyof Counts): number => statsFiles.reduce((total, file) => total + readStats(file)[key], 0);
  return {
    loginsTried: sum('loginsTried'),
    loginsFailed: sum('loginsFailed'),
    queriesTried: sum('queriesTried'),
    queriesFailed: sum('queriesFailed'),
  };
};

const readLog = async (statement: string): Promise<number[]> => {
  const client = new Client({ connectionString: endpoints.databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ position: string }>(statement, statement.includes('$1') ? [credentialId] : []);
  await client.end();
  return rows.map(({ position }) => Number(position));
};

const readTimeline = async (): Promise<AuditEntry[]> => {
  const items: AuditEntry[] = [];
  for (;;) {
    const after = items.at(-1)?.position ?? 0;
    const page = Timeline.parse((await ask(`${credentialPath(credentialId)}/timeline?limit=500&after=${after}`)).json);
    if (page.items.length === 0) return items;
    items.push(...page.items);
  }
};

/** Waits until audit has projected all that the vault has recorded of these rotations, and says how far that is. */
const untilProjected = async (): Promise<number> => {
  const last = (await readLog('SELECT max(position) AS position FROM events'))[0] ?? 0;
  while ((await admin().timeline(credentialId)).projectedTo < last) await pause(50);
  return last;
};

/** What the timeline tells of one rotation, from its request to its end. */
const toldOf = (epoch: number): AuditEntry[] => {
  const first = timeline.findIndex((entry) => entry.type === 'rotation.requested' && entry.epoch === epoch);
  const last = timeline.findIndex((entry) => entry.type === 'rotation.completed' && entry.epoch === epoch);
  return timeline.slice(first, last + 1);
};

beforeAll(async () => {
  await untilSteady(credentialId);
  const before = await countLoad();
  for (let turn = 0; turn < ROTATIONS; turn += 1) rotations.push(await rotateToEnd(credentialId));
  const after = await countLoad();
  load = {
    loginsTried: after.loginsTried - before.loginsTried,
    loginsFailed: after.loginsFailed - before.loginsFailed,
    queriesTried: after.queriesTried - before.queriesTried,
    queriesFailed: after.queriesFailed - before.queriesFailed,
  };
  upTo = await untilProjected();
  timeline = await readTimeline();
});

describe('five rotations of a live database password', () => {
  it('complete, each with the next epoch and the next version', () => {
    const [first] = rotations;
    expect(rotations.map(({ status }) => status)).toEqual(Array.from({ length: ROTATIONS }, () => 'completed'));
    expect(rotations.map(({ epoch }) => epoch - (first?.epoch ?? 0))).toEqual([0, 1, 2, 3, 4]);
    expect(rotations.map(({ to }) => (to ?? 0) - (first?.to ?? 0))).toEqual([0, 1, 2, 3, 4]);
    expect(rotations.slice(1).map(({ from }) => from)).toEqual(rotations.slice(0, -1).map(({ to }) => to));
  });

  it('cost not one login and not one query', () => {
    expect(load.loginsTried).toBeGreaterThan(ROTATIONS);
    expect(load.queriesTried).toBeGreaterThan(100);
    expect(load).toMatchObject({ loginsFailed: 0, queriesFailed: 0 });
  });

  it('say who acknowledged, and how long the instances took', () => {
    for (const { acknowledgements, convergenceMs, overlapMs, steps } of rotations) {
      expect(acknowledgements.map(({ consumer, instance }) => `${consumer}/${instance}`).toSorted()).toEqual(INSTANCES);
      expect(acknowledgements.every(({ ok }) => ok)).toBe(true);
      expect(convergenceMs).toBe(Math.max(...acknowledgements.map(({ afterCommitMs }) => afterCommitMs)));
      expect(overlapMs).toBeGreaterThan(convergenceMs ?? Infinity);
      expect(steps.every(({ status }) => status === 'done')).toBe(true);
    }
  });

  it('leave one version that works and nothing in the ledger', async () => {
    const { versions, current, ledger, openEpoch } = await readCredential(credentialId);
    expect({ current, ledger, openEpoch }).toEqual({ current: rotations.at(-1)?.to, ledger: [], openEpoch: null });
    expect(versions.filter(({ status }) => status !== 'revoked').map(({ version, status }) => ({ version, status }))).toEqual([
      { version: current, status: 'current' },
    ]);
  });
});

describe('their timeline', () => {
  it('has every event of the credential that the vault recorded, once and in order', async () => {
    const recorded = await readLog(`SELECT position FROM events WHERE (data::jsonb)->>'credentialId' = $1 ORDER BY position`);
    const isOfThen = (position: number): boolean => position <= upTo;
    expect(recorded.filter(isOfThen).length).toBeGreaterThan(ROTATIONS * ONCE.length);
    expect(timeline.map(({ position }) => position).filter(isOfThen)).toEqual(recorded.filter(isOfThen));
  });

  it('stands on a log without a gap', async () => {
    const positions = await readLog('SELECT position FROM events ORDER BY position');
    expect(positions).toEqual(positions.map((_, index) => index + 1));
  });

  it('tells each step once, in order, and each instance that acknowledged once', () => {
    for (const { epoch } of rotations) {
      const told = toldOf(epoch);
      expect(told.map(({ type }) => type).filter((type) => ONCE.includes(type))).toEqual(ONCE);
      const proved = told.filter(({ type }) => type === 'credential.version-acknowledged').map(({ who, summary }) => `${who} ${summary}`);
      expect(proved).toHaveLength(INSTANCES.length);
      for (const instance of INSTANCES) expect(proved.filter((sentence) => sentence.includes(instance))).toHaveLength(1);
    }
  });

  it('names the person who asked', () => {
    for (const { epoch } of rotations)
      expect(toldOf(epoch)[0]).toMatchObject({ type: 'rotation.requested', who: expect.stringContaining('Ada') });
  });
});

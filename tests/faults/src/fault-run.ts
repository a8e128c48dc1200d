import { readStats, type Stack, statsFileOf, type SupervisedProcess, waitUntil } from '@keyturn/dev-stack';
import { type Before, type Databases, instanceFacts } from './collect-facts.ts';
import { credentialHistory } from './credential-history.ts';
import { judge } from './judge.ts';
import type { LoggedEvent, Outage, RunFacts } from './run-facts.ts';
import { type Note, tellRun } from './tell-run.ts';

const STEP_TIMEOUT_MS = 60_000;
const REST_TIMEOUT_MS = 90_000;
const INSTANCES = ['one', 'two'];

/** One rotation with one fault in it, from healthy to healthy. */
export type FaultRun = {
  /** Asks for a rotation of the sample's credential. */
  rotate(): Promise<number>;
  /** Waits until an event of this type was recorded in this run. */
  until(type: string): Promise<void>;
  /** Waits until something holds; the sentence is for the timeline, and for the failure if it never does. */
  waitFor(what: string, holds: () => boolean | Promise<boolean>): Promise<void>;
  note(what: string): void;
  /** SIGKILL, and a new start. */
  killAndRestart(victim: SupervisedProcess): Promise<void>;
  /** The same for the target server: its own down time is measured. */
  breakTarget(kill: () => Promise<void>): Promise<void>;
  /** An instance that does not come back is not expected to converge. */
  forget(instance: string): void;
  /** Waits until everything has come to rest, and judges. Throws all findings with the run's timeline; says how the rotations ended. */
  end(): Promise<RunEnd>;
};

/** `ends`: of the run's rotations, in order. `events`: what was recorded during the run. */
export type RunEnd = { readonly ends: readonly string[]; readonly events: readonly LoggedEvent[] };

type Deps = { readonly stack: Stack; readonly databases: Databases; readonly varDir: string };

export const beginRun = async ({ stack, databases, varDir }: Deps): Promise<FaultRun> => {
  // A run that failed leaves its rotation open: it shall not fail the next one too.
  await waitUntil(async () => (await stack.api.list()).items.every(({ openEpoch }) => openEpoch === null), { timeoutMs: STEP_TIMEOUT_MS });
  const now = (): string => new Date().toISOString();
  const notes: Note[] = [{ at: now(), what: 'the run begins' }];
  const note = (what: string): void => void notes.push({ at: now(), what });
  const stats = new Map(INSTANCES.map((instance) => [instance, readStats(statsFileOf(varDir, instance))]));
  const before: Before = { since: now(), stats };
  const head = await databases.head();
  const instances = new Set(INSTANCES);
  const outages: Outage[] = [];
  const epochs: number[] = [];

  const collect = async (): Promise<RunFacts> => {
    const events = await databases.events();
    // The log goes on meanwhile (identities are renewed): the others are compared up to where it stood.
    const upTo = events.at(-1)?.position ?? 0;
    const [entries, parked, roles, timeline] = await Promise.all([
      databases.entries().then((all) => all.filter(({ position }) => position <= upTo)),
      databases.parked(),
      databases.roles(),
      readTimeline(stack).then((all) => all.filter((position) => position <= upTo)),
    ]);
    const workload = [...instances].map((instance) => instanceFacts(varDir, instance, before));
    return { credentialId: stack.credentialId, epochs, events, entries, parked, timeline, roles, instances: workload, outages };
  };

  const failWith = async (findings: readonly string[]): Promise<never> => {
    const latest = epochs.at(-1);
    const view = latest === undefined ? null : await stack.api.rotation(stack.credentialId, latest).catch(() => null);
    const told = await collect().then(
      (facts) => tellRun(facts, notes),
      (fault: unknown) => `The run cannot be told: ${String(fault)}`,
    );
    throw new Error(`${findings.join('\n')}\n\nThe rotation says: ${view?.sentence ?? '-'}\n\n${told}\n`);
  };

  const waitFor = async (what: string, holds: () => boolean | Promise<boolean>): Promise<void> => {
    if (await waitUntil(holds, { timeoutMs: STEP_TIMEOUT_MS, everyMs: 10 })) note(what);
    else await failWith([`it never came about that ${what}`]);
  };

  return {
    note,
    waitFor,
    rotate: async () => {
      const { epoch } = await stack.api.rotate(stack.credentialId);
      epochs.push(epoch);
      note(`rotation ${epoch} was asked for`);
      return epoch;
    },
    until: (type) => waitFor(type, async () => (await databases.events(head)).some((event) => event.type === type)),
    killAndRestart: async (victim) => {
      note(`killing ${victim.name}`);
      await victim.kill();
      await victim.restart();
      note(`${victim.name} is up again`);
    },
    breakTarget: async (kill) => {
      const from = now();
      await kill();
      outages.push({ from, to: now() });
    },
    forget: (instance) => void instances.delete(instance),
    end: async () => {
      let seen: RunFacts | null = null;
      // A part that is not back yet can't be asked: that is no rest, and is asked again.
      const isResting = async (): Promise<boolean> => isAtRest((seen = await collect()));
      await waitUntil(isResting, { timeoutMs: REST_TIMEOUT_MS, everyMs: 100 });
      const facts = seen ?? (await collect());
      const findings = judge(facts);
      if (process.env['FAULTS_TELL'] !== undefined) console.log(tellRun(facts, notes));
      if (findings.length > 0) await failWith(findings);
      const { ends } = credentialHistory(facts.events, stack.credentialId);
      return { ends: epochs.flatMap((epoch) => ends.get(epoch) ?? []), events: facts.events.slice(head) };
    },
  };
};

/** All pages of the credential's timeline. */
const readTimeline = async ({ api, credentialId }: Stack): Promise<number[]> => {
  const positions: number[] = [];
  for (;;) {
    const { items } = await api.timeline(credentialId, { after: positions.at(-1) ?? 0 });
    if (items.length === 0) return positions;
    positions.push(...items.map(({ position }) => position));
  }
};

/** Nothing more is to come: the rotations are closed, the ledger is empty, everybody has converged, and audit has it all. */
const isAtRest = ({ events, entries, credentialId, epochs, instances }: RunFacts): boolean => {
  const { current, ends, ledger } = credentialHistory(events, credentialId);
  return (
    epochs.every((epoch) => ends.has(epoch)) &&
    ledger.length === 0 &&
    instances.every(({ version, isAcknowledged }) => isAcknowledged && version === current?.version) &&
    entries.at(-1)?.position === events.at(-1)?.position
  );
};

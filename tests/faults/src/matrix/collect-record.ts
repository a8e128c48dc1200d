import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { hashOf } from '@keyturn/provider-simulators';
import { LoginLine, type RunRecord } from '../check/run-record.ts';
import type { LogOpening } from '../collect-facts.ts';
import { holdsValue } from './find-values.ts';
import { INSTANCES, loginLogOf, type MatrixStack, type Target } from './matrix-stack.ts';
import { lengthOf, lengthsIn, readSince } from './read-since.ts';

type Living = RunRecord['living'];
type Accepted = RunRecord['accepted'];

/** Where everything stood when a run began. */
export type Mark = {
  readonly began: string;
  readonly opening: RunRecord['opening'];
  readonly logs: ReadonlyMap<string, number>;
  readonly logins: ReadonlyMap<string, number>;
  readonly accepted: number;
};

/** By the handle in its name, or because it was the first. */
const isTokenOf = ({ first, credentialId }: Target, secret: string, name = ''): boolean =>
  secret === first || name.startsWith(`keyturn:${credentialId}:`);

/** What the provider has and is the target's. */
export const livingOf = async ({ faults, account }: MatrixStack, target: Target): Promise<Living> => {
  if (target.strategy === 'issued') {
    const own = [...account].filter(([secret, { name }]) => isTokenOf(target, secret, name));
    return own.map(([secret, { status, name = null }]) => {
      return { login: hashOf(secret), accepts: status === 'active', isThere: true, mark: name };
    });
  }
  const roles = await faults.databases.roles(target.first);
  return roles.map(({ name, canLogIn, hasPassword, mark }) => {
    return { login: name, accepts: canLogIn && hasPassword, isThere: canLogIn || hasPassword, mark };
  });
};

const logsOf = ({ faults }: Pick<MatrixStack, 'faults'>): string => join(faults.stack.servers.varDir, 'logs');
const postgresLogOf = (stack: Pick<MatrixStack, 'faults'>): string => join(logsOf(stack), 'postgres.log');

/** Marks where a run begins. Throws if the provider takes anything but one version: the run before has not come to rest. */
export const markBeginning = async (stack: MatrixStack, target: Target): Promise<Mark> => {
  const { faults, cloudflare } = stack;
  const log: LogOpening = await faults.databases.opening();
  const accepting = (await livingOf(stack, target)).filter(({ accepts }) => accepts);
  const [only] = accepting;
  if (!only || accepting.length > 1) throw new Error(`the provider takes ${accepting.length} versions before the run began`);
  const listed = (await faults.stack.api.list(target.address)).items.find(({ credentialId }) => credentialId === target.credentialId);
  const { varDir } = faults.stack.servers;
  // The provider's logs first: what a subscriber begins after `began` stands behind this place in them.
  const logs = lengthsIn(logsOf(stack));
  const accepted = cloudflare.accepted.length;
  return {
    logs,
    accepted,
    began: new Date().toISOString(),
    opening: { ...log, version: listed?.current ?? 0, login: only.login },
    logins: new Map(INSTANCES.map((instance) => [instance, lengthOf(loginLogOf(varDir, instance))])),
  };
};

const AUTHORIZED = /^(?<day>\S+) (?<time>\S+) UTC .*connection authorized: user=(?<login>\S+) database=/u;

const gathered = (seen: readonly { readonly at: string; readonly login: string }[]): Accepted =>
  [...Map.groupBy(seen, ({ login }) => login)].map(([login, own]) => {
    return { login, from: own[0]?.at ?? '', to: own.at(-1)?.at ?? '', count: own.length };
  });

/** Whom the provider let in, by its own log. */
const acceptedSince = ({ cloudflare, account, ...stack }: MatrixStack, target: Target, mark: Mark): Accepted => {
  if (target.strategy === 'issued') {
    const ever = [...account.ever()].filter(([secret, name]) => isTokenOf(target, secret, name));
    const own = new Set(ever.map(([secret]) => hashOf(secret)));
    const calls = cloudflare.accepted.slice(mark.accepted).filter(({ secretHash }) => own.has(secretHash));
    return gathered(calls.map(({ at, secretHash }) => ({ at, login: secretHash })));
  }
  const file = postgresLogOf(stack);
  const isRole = new RegExp(`^${target.first}(?:_kt\\d+)?$`, 'u');
  const lines = readSince(file, mark.logs.get(file) ?? 0).split('\n');
  return gathered(
    lines.flatMap((line) => {
      const { day = '', time = '', login = '' } = AUTHORIZED.exec(line)?.groups ?? {};
      return isRole.test(login) ? [{ at: `${day}T${time}Z`, login }] : [];
    }),
  );
};

const loginsSince = ({ faults }: MatrixStack, { address }: Target, mark: Mark): LoginLine[] =>
  INSTANCES.flatMap((instance) => {
    const text = readSince(loginLogOf(faults.stack.servers.varDir, instance), mark.logins.get(instance) ?? 0);
    // A process that was killed may have left half a line.
    const whole = text.split('\n').filter((line) => line.startsWith('{') && line.endsWith('}'));
    return whole.map((line) => LoginLine.parse(JSON.parse(line)));
  }).filter((line) => line.kind === 'ready' || line.address === address);

type Use = Extract<LoginLine, { kind: 'used' }>;

const usesOf = (lines: readonly Use[]): RunRecord['uses'] => {
  const uses: RunRecord['uses'] = [];
  for (const { instance, version, login, secretHash, from, at } of lines.filter(({ code }) => code === null)) {
    const last = uses.at(-1);
    if (last?.instance === instance && last.version === version && last.secretHash === secretHash) {
      uses.splice(-1, 1, { ...last, to: at, lastFrom: from, count: last.count + 1 });
    } else uses.push({ instance, version, login, secretHash, from, to: at, lastFrom: from, count: 1 });
  }
  return uses;
};

/** What the provider answers to a value that it does not take; whoever got another answer learnt nothing. */
const REFUSALS: ReadonlySet<string | null> = new Set(['28P01', '28000', 'HTTP 401', 'HTTP 403']);

const oldTriesOf = (lines: readonly LoginLine[]): RunRecord['oldTries'] =>
  lines.flatMap((line) => {
    if (line.kind !== 'old' || (line.code !== null && !REFUSALS.has(line.code))) return [];
    const { instance, version, from, at, code } = line;
    return [{ instance, version, from, at, code }];
  });

/** What is known of a run before the logs are searched. */
export type Collected = Omit<RunRecord, 'leaks'>;

/** The logs in which a token stands that is or was at the provider, or a value that a subscriber used. */
export const leaksSince = (stack: MatrixStack, mark: Mark, { uses }: Collected): string[] => {
  const used = new Set(uses.map(({ secretHash }) => secretHash));
  const values = [...stack.account.ever().keys()].flatMap((secret) => [secret, Buffer.from(secret).toString('base64').replace(/=+$/u, '')]);
  return readdirSync(logsOf(stack)).filter((name) => {
    const file = join(logsOf(stack), name);
    const text = readSince(file, mark.logs.get(file) ?? 0);
    return values.some((value) => text.includes(value)) || holdsValue(text, used);
  });
};

/** What the run itself knows of itself. */
export type RunWords = Pick<RunRecord, 'cell' | 'seed' | 'bug' | 'fault' | 'instances' | 'calls' | 'notes' | 'missed'>;

/** All that a run is judged by, as it stands now, but for its logs: to search them takes too long to do it at each look. */
export const collectRecord = async (stack: MatrixStack, target: Target, mark: Mark, words: RunWords): Promise<Collected> => {
  const { databases } = stack.faults;
  const { opening, began } = mark;
  const logged = await databases.events(opening.position);
  const upTo = logged.at(-1)?.position ?? opening.position;
  const [xids, entries, parked, keys, living] = await Promise.all([
    databases.transactions(opening.position),
    databases.entries(opening.position),
    databases.parked(),
    databases.keys(target.credentialId),
    livingOf(stack, target),
  ]);
  const lines = loginsSince(stack, target, mark);
  const used = lines.filter((line) => line.kind === 'used').filter(({ from }) => from >= began);
  return {
    ...words,
    strategy: target.strategy,
    credentialId: target.credentialId,
    address: target.address,
    began,
    ended: new Date().toISOString(),
    opening,
    events: logged.map((event) => ({ ...event, xid: xids.get(event.position) ?? '0' })),
    entries: entries.filter(({ position }) => position <= upTo),
    parked,
    keys,
    changed: lines.flatMap((line) => {
      if (line.kind !== 'changed') return [];
      const { instance, at, version, generation } = line;
      return [{ instance, at, version, generation }];
    }),
    uses: usesOf(used),
    refused: used.flatMap(({ instance, version, from, at, code }) => (code === null ? [] : [{ instance, version, from, at, code }])),
    oldTries: oldTriesOf(lines),
    accepted: acceptedSince(stack, target, mark),
    living,
  };
};

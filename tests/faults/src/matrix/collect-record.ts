import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { hashOf } from '@keyturn/provider-simulators';
import { LoginLine, type RunRecord } from '../check/run-record.ts';
import type { LogOpening } from '../collect-facts.ts';
import { credentialHistory } from '../credential-history.ts';
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
  /** That the provider had. */
  readonly roles: ReadonlySet<string>;
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

const isRoleOf = ({ first }: Target, role: string): boolean => role === first || new RegExp(`^${first}_kt\\d+$`, 'u').test(role);

/** What is at the provider and nobody's: an orphan that does not even carry a name of ours. */
const strangersAt = async ({ faults, account, issuerToken, targets }: MatrixStack, { strategy }: Target, { roles }: Mark) => {
  if (strategy === 'issued') {
    const unknown = [...account].filter(([secret, { name }]) => {
      return secret !== issuerToken && !targets.issued.some((target) => isTokenOf(target, secret, name));
    });
    return unknown.map(([secret, { name = '' }]) => ({ login: hashOf(secret), name }));
  }
  const known = (role: string): boolean => roles.has(role) || targets.chosen.some((target) => isRoleOf(target, role));
  return (await faults.databases.roleNames()).filter((role) => !known(role)).map((role) => ({ login: role, name: role }));
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
  const before = credentialHistory(await faults.databases.eventsOf(target.credentialId, log.position), target.credentialId);
  const { varDir } = faults.stack.servers;
  // The provider's logs first: what a subscriber begins after `began` stands behind this place in them.
  const logs = lengthsIn(logsOf(stack));
  const accepted = cloudflare.accepted.length;
  return {
    logs,
    accepted,
    roles: new Set(await faults.databases.roleNames()),
    began: new Date().toISOString(),
    opening: { ...log, version: before.current?.version ?? 0, generation: before.generation ?? 0, login: only.login },
    logins: new Map(INSTANCES.map((instance) => [instance, lengthOf(loginLogOf(varDir, instance))])),
  };
};

const AUTHORIZED =
  /^(?<day>\S+) (?<time>\S+) UTC .*connection authorized: user=(?<login>\S+) database=\S+(?: application_name=(?<by>\S+))?/u;

type Seen = { readonly at: string; readonly login: string; readonly by: string };

const gathered = (seen: readonly Seen[]): Accepted =>
  [...Map.groupBy(seen, ({ login, by }) => `${login} ${by}`).values()].flatMap((own) => {
    const [first, last] = [own[0], own.at(-1)];
    return first && last ? [{ login: first.login, by: first.by, from: first.at, to: last.at, count: own.length }] : [];
  });

/** Whom the provider let in, by its own log. */
const acceptedSince = ({ cloudflare, account, ...stack }: MatrixStack, target: Target, mark: Mark): Accepted => {
  if (target.strategy === 'issued') {
    const ever = [...account.ever()].filter(([secret, name]) => isTokenOf(target, secret, name));
    const own = new Set(ever.map(([secret]) => hashOf(secret)));
    const calls = cloudflare.accepted.slice(mark.accepted).filter(({ secretHash }) => own.has(secretHash));
    return gathered(calls.map(({ at, secretHash, by }) => ({ at, login: secretHash, by })));
  }
  const file = postgresLogOf(stack);
  const lines = readSince(file, mark.logs.get(file) ?? 0).split('\n');
  return gathered(
    lines.flatMap((line) => {
      const { day = '', time = '', login = '', by = '' } = AUTHORIZED.exec(line)?.groups ?? {};
      return isRoleOf(target, login) ? [{ at: `${day}T${time}Z`, login, by }] : [];
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

const lengthOfGap = ({ from, to }: RunRecord['gaps'][number]): number => Date.parse(to) - Date.parse(from);

/** Of each instance, the longest time without a use, by when one that was let in ended and the next one began. */
const gapsOf = (lines: readonly Use[], began: string, ended: string): RunRecord['gaps'] =>
  [...Map.groupBy(lines, ({ instance }) => instance)].map(([instance, own]) => {
    const uses = own.filter(({ code }) => code === null);
    const gaps = [...uses, { from: ended, at: ended }].map(({ from }, index) => ({
      instance,
      from: uses[index - 1]?.at ?? began,
      to: from,
    }));
    return gaps.reduce((longest, gap) => (lengthOfGap(gap) > lengthOfGap(longest) ? gap : longest));
  });

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
  const { feed, faults } = stack;
  const { databases } = faults;
  const { opening, began } = mark;
  const logged = await databases.events(opening.position);
  const upTo = logged.at(-1)?.position ?? opening.position;
  const [xids, published, entries, parked, projection, keys, living, strangers] = await Promise.all([
    databases.transactions(opening.position),
    feed.after(opening.position),
    databases.entries(opening.position),
    databases.parked(),
    databases.projection(target.credentialId),
    databases.keys(target.credentialId),
    livingOf(stack, target),
    strangersAt(stack, target, mark),
  ]);
  const ended = new Date().toISOString();
  const lines = loginsSince(stack, target, mark);
  const used = lines.filter((line) => line.kind === 'used').filter(({ from }) => from >= began);
  return {
    ...words,
    strategy: target.strategy,
    credentialId: target.credentialId,
    address: target.address,
    began,
    ended,
    opening,
    events: logged.map((event) => ({ ...event, xid: xids.get(event.position) ?? '0' })),
    feed: published.filter(({ position }) => position <= upTo),
    entries: entries.filter(({ position }) => position <= upTo),
    parked,
    projection,
    keys,
    changed: lines.flatMap((line) => {
      if (line.kind !== 'changed') return [];
      const { instance, at, version, generation } = line;
      return [{ instance, at, version, generation }];
    }),
    uses: usesOf(used),
    gaps: gapsOf(used, began, ended),
    refused: used.flatMap(({ instance, version, from, at, code }) => (code === null ? [] : [{ instance, version, from, at, code }])),
    oldTries: oldTriesOf(lines),
    accepted: acceptedSince(stack, target, mark),
    living,
    strangers,
  };
};

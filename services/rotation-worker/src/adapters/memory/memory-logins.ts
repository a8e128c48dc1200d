import { ok, refuse, type Clock, type Result } from '@keyturn/kernel';
import { compareFences, generatePassword, type Changed, type Fence, type MissingPrivilege, type ProviderRefusal } from '@keyturn/providers';
import { parsePostgresFields, type PostgresFields } from '@keyturn/providers/postgres';
import type { Logins } from '../../ports/logins.ts';

type Role = { password: string | undefined; canLogin: boolean; fence: Fence | undefined };

/** A server in memory: its roles and sessions, and what a test makes it do. */
type Server = {
  readonly roles: Map<string, Role>;
  readonly sessions: Map<string, number>;
  readonly changes: string[];
  isDown: boolean;
  refusesTests: boolean;
  breaksAfterNextChange: boolean;
  missing: readonly MissingPrivilege[];
};

/** What only a test may do with the server. */
type Controls = {
  readonly logsIn: (username: string, password: string) => boolean;
  readonly setSessions: (username: string, sessions: number) => void;
  readonly setDown: (isDown: boolean) => void;
  /** The server takes the candidate and then doesn't let it in. */
  readonly refuseTests: () => void;
  readonly lack: (missing: readonly MissingPrivilege[]) => void;
  /** The next change happens, and then the connection breaks, with the password in the error, as drivers do. */
  readonly breakAfterNextChange: () => void;
  readonly changes: readonly string[];
};
export type MemoryLogins = Logins & Controls;

const DOWN: ProviderRefusal = { code: 'provider-unreachable', sentence: "The server can't be reached." };

const logsIn = ({ roles }: Server, username: string, given: string): boolean => {
  const role = roles.get(username);
  return role !== undefined && role.canLogin && role.password === given;
};

const asked = <T>({ isDown }: Server, value: T): Promise<Result<T, ProviderRefusal>> => Promise.resolve(isDown ? refuse(DOWN) : ok(value));

type Change = { readonly what: string; readonly username: string; readonly fence: Fence };

/** Changes a role under a fence; a change that breaks has happened. */
const change = async (server: Server, { what, username, fence }: Change, to: Partial<Role>): Promise<Result<Changed, ProviderRefusal>> => {
  if (server.isDown) return refuse(DOWN);
  const role = server.roles.get(username) ?? { password: undefined, canLogin: false, fence: undefined };
  if (role.fence && compareFences(fence, role.fence) < 0)
    return refuse({ code: 'stale-epoch', sentence: 'A newer rotation was here.', found: role.fence });
  server.roles.set(username, { ...role, ...to, fence });
  server.changes.push(`${what} ${username}`);
  if (!server.breaksAfterNextChange) return ok({ username });
  server.breaksAfterNextChange = false;
  throw new Error(`connection lost after ${what} of ${username} with ${to.password ?? role.password ?? ''}`);
};

const changesOf = (server: Server): Pick<Logins, 'apply' | 'denyLogins' | 'erase'> => ({
  apply: ({ fence, fields: { username, password } }) =>
    change(server, { what: 'apply', username, fence }, { password: password.reveal(), canLogin: true }),
  denyLogins: ({ fence, username }) => change(server, { what: 'deny', username, fence }, { canLogin: false }),
  erase: ({ fence, username }) => change(server, { what: 'erase', username, fence }, { canLogin: false, password: undefined }),
});

const verdictOf = (server: Server, { username, password }: PostgresFields) => {
  if (server.isDown) return { verdict: 'unreachable', sentence: DOWN.sentence } as const;
  return logsIn(server, username, password.reveal()) && !server.refusesTests
    ? ({ verdict: 'valid', sentence: `${username} logs in.` } as const)
    : ({ verdict: 'invalid', sentence: `The server refuses the password of ${username} (28P01).` } as const);
};

const livenessOf = (server: Server, { username, password }: PostgresFields) => {
  if (server.isDown) return { state: 'unknown', sentence: DOWN.sentence } as const;
  return logsIn(server, username, password.reveal())
    ? ({ state: 'alive', sentence: `${username} still logs in.` } as const)
    : ({ state: 'dead', sentence: `${username} was refused twice.` } as const);
};

const readsOf = (server: Server, owner: string, clock: Clock): Omit<Logins, keyof ReturnType<typeof changesOf>> => ({
  type: 'memory',
  strategy: 'chosen',
  parseFields: parsePostgresFields,
  test: ({ fields }) => Promise.resolve({ ...verdictOf(server, fields), elapsedMs: 1 }),
  isDead: (fields) => Promise.resolve(livenessOf(server, fields)),
  planCandidate: ({ current, liveUsernames }) => {
    const username = liveUsernames.includes(owner) ? `${owner}_kt1` : owner;
    const fields = { ...current, username, password: generatePassword() };
    return asked(server, { fields, providerObject: username, creates: !server.roles.has(username) });
  },
  endSessions: ({ username }) => {
    const ended = server.sessions.get(username) ?? 0;
    if (!server.isDown) server.sessions.delete(username);
    return asked(server, { ended });
  },
  sampleUse: ({ username }) => {
    const sessions = server.sessions.get(username) ?? 0;
    return asked(server, { sampledAt: clock.now().toISOString(), sessions, applications: ['orders'], addresses: [] });
  },
  inspectIssuer: ({ issuer: { username } }) =>
    asked(server, { ready: server.missing.length === 0, issuer: username, missing: server.missing }),
});

const controlsOf = (server: Server): Controls => ({
  changes: server.changes,
  logsIn: (username, password) => logsIn(server, username, password),
  setSessions: (username, sessions) => void server.sessions.set(username, sessions),
  setDown: (isDown) => void Object.assign(server, { isDown }),
  refuseTests: () => void Object.assign(server, { refusesTests: true }),
  lack: (missing) => void Object.assign(server, { missing }),
  breakAfterNextChange: () => void Object.assign(server, { breaksAfterNextChange: true }),
});

/** Stands in for a Postgres server: roles, passwords, sessions, and the fence of each change. */
export const memoryLogins = (settings: { readonly clock: Clock; readonly owner: string; readonly password: string }): MemoryLogins => {
  const { clock, owner, password } = settings;
  const server: Server = {
    roles: new Map([[owner, { password, canLogin: true, fence: undefined }]]),
    sessions: new Map(),
    changes: [],
    isDown: false,
    refusesTests: false,
    breaksAfterNextChange: false,
    missing: [],
  };
  return { ...readsOf(server, owner, clock), ...changesOf(server), ...controlsOf(server) };
};

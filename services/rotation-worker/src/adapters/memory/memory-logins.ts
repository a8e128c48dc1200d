import { ok, refuse, type Clock, type Result } from '@keyturn/kernel';
import { compareFences, generatePassword, type Changed, type Fence, type MissingPrivilege, type ProviderRefusal } from '@keyturn/providers';
import { parsePostgresFields, type PostgresFields } from '@keyturn/providers/postgres';
import type { Logins } from '../../ports/logins.ts';

type Role = { password: string | undefined; canLogin: boolean; fence: Fence | undefined };

/** A server with roles and sessions, and what only a test may do with it. */
export type MemoryLogins = Logins & {
  readonly logsIn: (username: string, password: string) => boolean;
  readonly setSessions: (username: string, sessions: number) => void;
  readonly setDown: (isDown: boolean) => void;
  /** The server takes the candidate and then doesn't let it in. */
  readonly refuseTests: () => void;
  readonly missing: (missing: readonly MissingPrivilege[]) => void;
  /** The next change happens, and then the connection breaks, with the password in the error, as drivers do. */
  readonly breakAfterNextChange: () => void;
  readonly changes: readonly string[];
};

const unreachable: ProviderRefusal = { code: 'provider-unreachable', sentence: "The server can't be reached." };

/** Stands in for a Postgres server: roles, passwords, sessions, and the fence of each change. */
export const memoryLogins = ({ clock, owner, password }: { readonly clock: Clock; readonly owner: string; readonly password: string }): MemoryLogins => {
  const roles = new Map<string, Role>([[owner, { password, canLogin: true, fence: undefined }]]);
  const sessions = new Map<string, number>();
  const changes: string[] = [];
  let isDown = false;
  let testsRefused = false;
  let breaks = false;
  let missing: readonly MissingPrivilege[] = [];

  const logsIn = (username: string, given: string): boolean => {
    const role = roles.get(username);
    return role !== undefined && role.canLogin && role.password === given;
  };
  const change = (what: string, username: string, fence: Fence, to: Partial<Role>): Promise<Result<Changed, ProviderRefusal>> => {
    if (isDown) return Promise.resolve(refuse(unreachable));
    const role = roles.get(username) ?? { password: undefined, canLogin: false, fence: undefined };
    if (role.fence && compareFences(fence, role.fence) < 0)
      return Promise.resolve(refuse({ code: 'stale-epoch', sentence: 'A newer rotation was here.', found: role.fence }));
    roles.set(username, { ...role, ...to, fence });
    changes.push(`${what} ${username}`);
    if (breaks) {
      breaks = false;
      return Promise.reject(new Error(`connection lost after ${what} of ${username} with ${to.password ?? role.password ?? ''}`));
    }
    return Promise.resolve(ok({ username }));
  };
  const asked = <T>(value: T): Promise<Result<T, ProviderRefusal>> => Promise.resolve(isDown ? refuse(unreachable) : ok(value));
  const testOf = ({ username, password: given }: PostgresFields) => {
    if (isDown) return { verdict: 'unreachable', sentence: "The server can't be reached." } as const;
    return logsIn(username, given.reveal()) && !testsRefused
      ? ({ verdict: 'valid', sentence: `${username} logs in.` } as const)
      : ({ verdict: 'invalid', sentence: `The server refuses the password of ${username} (28P01).` } as const);
  };

  return {
    type: 'memory',
    strategy: 'chosen',
    overlaps: true,
    changes,
    logsIn,
    setSessions: (username, count) => void sessions.set(username, count),
    setDown: (down) => void (isDown = down),
    refuseTests: () => void (testsRefused = true),
    missing: (found) => void (missing = found),
    breakAfterNextChange: () => void (breaks = true),
    parseFields: parsePostgresFields,
    test: ({ fields }) => Promise.resolve({ ...testOf(fields), elapsedMs: 1 }),
    isDead: (fields) => {
      if (isDown) return Promise.resolve({ state: 'unknown', sentence: unreachable.sentence });
      const alive = logsIn(fields.username, fields.password.reveal());
      return Promise.resolve({ state: alive ? 'alive' : 'dead', sentence: `${fields.username} ${alive ? 'still logs in' : 'was refused twice'}.` });
    },
    planCandidate: ({ current, liveUsernames }) => {
      const username = liveUsernames.includes(owner) ? `${owner}_kt1` : owner;
      return asked({ fields: { ...current, username, password: generatePassword() }, providerObject: username, creates: !roles.has(username) });
    },
    apply: ({ fence, fields }) => change('apply', fields.username, fence, { password: fields.password.reveal(), canLogin: true }),
    denyLogins: ({ fence, username }) => change('deny', username, fence, { canLogin: false }),
    allowLogins: ({ fence, username }) => change('allow', username, fence, { canLogin: true }),
    erase: ({ fence, username }) => change('erase', username, fence, { canLogin: false, password: undefined }),
    endSessions: ({ username }) => asked({ ended: sessions.get(username) ?? 0 }),
    sampleUse: ({ username }) =>
      asked({ sampledAt: clock.now().toISOString(), sessions: sessions.get(username) ?? 0, applications: ['orders'], addresses: [] }),
    inspectIssuer: ({ issuer }) => asked({ ready: missing.length === 0, issuer: issuer.username, missing }),
  };
};

import type { Actor } from '@keyturn/contracts';
import type { Refusal } from '@keyturn/contracts/refusals';
import { type Result, ok, refuse } from '@keyturn/kernel';
import type { z } from 'zod';
import { clientIp } from './client-ip.ts';
import { type NewId, commandIdOf } from './command-id.ts';
import type { GatewayCommandName } from './clients/vault.ts';
import type { EdgeContext } from './edge.ts';
import { revisionFrom } from './if-match.ts';
import { type Caller, GATEWAY_ACTOR, actorOf } from './identity/identity.ts';
import { type Access, mayEnter } from './policy.ts';
import { type EdgeProblem, type ProblemCode, problemOfRefusal, problemResponse } from './problems.ts';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** A route as data: what it takes, what it answers, who may come. The OpenAPI document is made of these. */
export type Definition = {
  readonly name: string;
  readonly method: Method;
  /** OpenAPI style: `/api/v1/admin/credentials/{credentialId}`. */
  readonly path: string;
  readonly summary: string;
  readonly tag: Tag;
  readonly access: Access;
  /** `params`, `query` and `body`, those of them that the route has. */
  readonly takes: z.ZodObject;
  /** Request headers that it reads, beside those that every route reads. */
  readonly reads?: Readonly<Record<string, { readonly summary: string; readonly schema: z.ZodType; readonly example: string }>>;
  /** The body's schema by status; null where there is none. With `text/event-stream` it is the schema of one event's data. */
  readonly answers: Readonly<Record<number, z.ZodType | null>>;
  readonly media?: 'text/event-stream';
  /** It answers CSV where that is asked for, such as this. */
  readonly alsoCsv?: string;
  /** It changes what somebody has read, who says which revision that was: `If-Match`. The code is that of a stale one. */
  readonly ifMatch?: 'credential-changed' | 'resource-changed';
  /** ADR-0033: clients of an older system send no `If-Match`, and are let through. */
  readonly ifMatchIsOptional?: true;
  /** It is a browser's navigation: nothing of it is refused as not fitting `takes`, and nothing repeats it by a key. */
  readonly isNavigation?: true;
  /** Headers of its good answers, beside those of every answer. */
  readonly tells?: readonly ('Location' | 'ETag')[];
  /** The vault's commands that it may send: who may do them, and what they are refused for, is theirs (`COMMAND_REFUSALS`). */
  readonly sends?: readonly GatewayCommandName[];
  /** What its handler says no to. What the edge says no to before that follows from the rest (`problemsOf`). */
  readonly refuses: readonly ProblemCode[];
  /** A call that fits `takes`, and for each status with a body an answer that fits `answers`. */
  readonly example: { readonly takes?: Readonly<Record<string, unknown>>; readonly answers: Readonly<Record<number, unknown>> };
};

/**
 * May a repeat be told by its key? Not where a browser navigates, nor where each answer is a new identity; and what sends no command has
 * nothing to repeat.
 */
export const readsKey = ({ method, access, sends = [], isNavigation }: Pick<Definition, 'method' | 'access' | 'sends' | 'isNavigation'>) =>
  method !== 'get' && isNavigation !== true && access !== 'consumer' && sends.length > 0;

/** Does the middleware let anybody through? */
export const isOpen = (access: Access): boolean => access === 'public' || access === 'consumer';

/** Does it let an API token through, for the route to look at? */
export const takesApiTokens = (access: Access): boolean => access === 'own-or-consumer';

/** The chapters of the API's document. */
export type Tag =
  | 'Credentials'
  | 'Bring your own key'
  | 'Language models'
  | 'Execution servers'
  | 'Rotations'
  | 'Consumers'
  | 'Key ring'
  | 'Backups'
  | 'Events'
  | 'Identity'
  | 'Service';

export type Asked = {
  /** Null only on public routes, and where an API token came. */
  readonly caller: Caller | null;
  readonly actor: Actor;
  readonly ip: string | undefined;
  readonly requestId: string;
  readonly commandId: string;
  readonly idempotencyKey: string | undefined;
  /** What the command is to be refused at, where the route reads `If-Match`. */
  readonly guard: { readonly ifRevision?: string };
  readonly header: (name: string) => string | undefined;
};

export type Answer = {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

export type Endpoint = { readonly definition: Definition; readonly respond: (c: EdgeContext, newId: NewId) => Promise<Response> };

type Handle<T extends z.ZodObject> = (input: z.output<T>, asked: Asked) => Promise<Result<Answer, Refusal> | Response>;

/** Joins a definition with its three steps: parse (done here), call (`handle`), render (done here). */
export const endpoint = <T extends z.ZodObject>(definition: Definition & { readonly takes: T }, handle: Handle<T>): Endpoint => ({
  definition,
  respond: async (c, newId) => {
    const requestId = c.get('requestId');
    const refused = whoIsRefused(c, definition.access);
    if (refused) return problemResponse(refused, requestId);
    const input = parseInput(c, definition.takes);
    if (!input.ok) return problemResponse(input.refusal.code, requestId, input.refusal);
    const asked = askedOf(c, definition, newId);
    if (!asked.ok) return problemResponse(asked.refusal, requestId);
    const outcome = await handle(input.value, asked.value);
    return outcome instanceof Response ? outcome : render(outcome, requestId);
  },
});

const whoIsRefused = (c: EdgeContext, access: Access): 'unauthenticated' | 'role-missing' | null => {
  if (isOpen(access)) return null;
  const caller = c.get('caller');
  if (caller === null) return takesApiTokens(access) ? null : 'unauthenticated'; // the route itself lets nobody in without its token
  if (takesApiTokens(access) && caller.consumer !== undefined) return null;
  return mayEnter(access, caller.roles) ? null : 'role-missing';
};

const parseInput = <T extends z.ZodObject>(c: EdgeContext, takes: T): Result<z.output<T>, EdgeProblem> => {
  const body = 'body' in takes.shape ? bodyOf(c) : ok(undefined);
  if (!body.ok) return body;
  const parsed = takes.safeParse({ params: c.req.param(), query: c.req.query(), body: body.value });
  return parsed.success ? ok(parsed.data) : refuse({ code: 'request-invalid', errors: parsed.error.issues.flatMap(describeIssue) });
};

const askedOf = (
  c: EdgeContext,
  definition: Definition,
  newId: NewId,
): Result<Asked, 'idempotency-key-invalid' | 'if-match-invalid' | 'if-match-missing'> => {
  const caller = c.get('caller');
  const idempotencyKey = readsKey(definition) ? c.req.header('idempotency-key') : undefined;
  const commandId = commandIdOf(idempotencyKey, caller?.id ?? '', newId);
  if (!commandId.ok) return commandId;
  const revision = seenRevision(c.req.header('if-match'), definition);
  if (!revision.ok) return revision;
  return ok({
    caller,
    actor: caller ? actorOf(caller, clientIp(c)) : GATEWAY_ACTOR,
    ip: clientIp(c),
    requestId: c.get('requestId'),
    commandId: commandId.value,
    idempotencyKey,
    guard: revision.value === null ? {} : { ifRevision: revision.value },
    header: (name) => c.req.header(name),
  });
};

const seenRevision = (header: string | undefined, { ifMatch, ifMatchIsOptional }: Pick<Definition, 'ifMatch' | 'ifMatchIsOptional'>) =>
  ifMatch === undefined || (ifMatchIsOptional && header === undefined) ? ok(null) : revisionFrom(header);

/** No body is an empty object: the schema then says what is missing. */
const bodyOf = (c: EdgeContext): Result<unknown, EdgeProblem> => {
  const text = c.get('body');
  if (text === null) return ok({});
  try {
    const body: unknown = JSON.parse(text.reveal());
    return namesProto(body) ? refuse({ code: 'request-invalid', errors: [PROTO] }) : ok(body);
  } catch {
    return refuse({ code: 'malformed-json' }); // the parser's own message quotes the text, so it goes nowhere
  }
};

const PROTO = { path: '__proto__', message: 'a field can’t have this name' };

/** A schema would leave such a field out without a word, and somebody's secret with it. */
const namesProto = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && (Object.hasOwn(value, '__proto__') || Object.values(value).some(namesProto));

/** Where and what, never the value. Unknown fields are named one by one. */
const describeIssue = (issue: z.core.$ZodIssue): { path: string; message: string }[] => {
  const path = issue.path.slice(1).map(String); // the first says body, query or params
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key].join('.'), message: 'there is no such field' }));
  }
  if (issue.code === 'invalid_union') {
    const meant = closest(
      issue.errors.map((issues) => issues.flatMap((inner) => describeIssue({ ...inner, path: [...issue.path, ...inner.path] }))),
    );
    if (meant) return meant;
  }
  return [{ path: path.join('.'), message: issue.message }];
};

/** Of several forms of a body, what is wrong with the one that it comes closest to. */
const closest = <T>(forms: readonly T[][]): T[] | undefined => forms.toSorted((a, b) => a.length - b.length)[0];

const render = (outcome: Result<Answer, Refusal>, requestId: string): Response => {
  if (!outcome.ok) return problemOfRefusal(outcome.refusal, requestId);
  const { status, body, headers = {} } = outcome.value;
  return body === undefined ? new Response(null, { status, headers }) : Response.json(body, { status, headers });
};

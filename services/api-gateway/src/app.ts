import type { Clock } from '@keyturn/kernel';
import type { Logger, Tracer } from '@keyturn/telemetry';
import { Hono, type MiddlewareHandler } from 'hono';
import type { AuditClient } from './clients/audit.ts';
import type { EventFeed } from './clients/event-feed.ts';
import type { VaultClient } from './clients/vault.ts';
import type { NewId } from './command-id.ts';
import type { EdgeContext, EdgeEnv } from './edge.ts';
import { type Definition, type Endpoint, isOpen, takesApiTokens } from './endpoint.ts';
import { OutcomeUnknown, ServiceUnavailable } from './faults.ts';
import type { ApiTokens } from './identity/api-tokens.ts';
import type { VerifyBearer } from './identity/bearer.ts';
import type { SubscriberJwts } from './identity/subscriber-jwts.ts';
import type { SealedCookie } from './identity/sealed-cookie.ts';
import type { SessionRevocations } from './identity/session-revocations.ts';
import type { SessionCookies } from './identity/session-cookie.ts';
import type { PendingLogin, SignIn } from './identity/sign-in.ts';
import type { Standing } from './identity/standing.ts';
import { authenticate } from './middleware/authenticate/index.ts';
import { crossOrigin } from './middleware/cors/index.ts';
import { csrf } from './middleware/csrf/index.ts';
import { readBody } from './middleware/read-body/index.ts';
import { requestContext } from './middleware/request-context/index.ts';
import { securityHeaders } from './middleware/security-headers/index.ts';
import { traceRequest } from './middleware/trace/index.ts';
import type { Access } from './policy.ts';
import { problemResponse } from './problems.ts';
import type { GuessLockout } from './limits/guess-lockout.ts';
import type { RequestLimit } from './limits/request-limit.ts';
import type { Readiness } from './readiness.ts';
import { AUTH_DEFINITIONS, authRoutes } from './routes/auth.ts';
import { endpointsOf } from './routes/index.ts';
import { EVENTS_PATH } from './routes/events-path.ts';
import { openApiRoute } from './routes/open-api.ts';
import { type DocsPage, serveDocs } from './docs/serve-docs.ts';
import type { Site } from './static/load-site.ts';
import { serveSite } from './static/serve-site.ts';

export type AppDeps = {
  readonly vault: VaultClient;
  readonly audit: AuditClient;
  readonly feed: EventFeed;
  readonly readiness: Readiness;
  readonly verifyBearer: VerifyBearer;
  readonly apiTokens: ApiTokens;
  readonly signIn: SignIn;
  readonly sessions: SessionCookies;
  readonly revocations: SessionRevocations;
  readonly standing: Standing;
  readonly requestLimit: RequestLimit;
  readonly guesses: GuessLockout;
  readonly pendingLogins: SealedCookie<PendingLogin>;
  readonly site: Site;
  readonly subscriberJwts: SubscriberJwts;
  readonly docs: DocsPage;
  readonly publicUrl: string;
  /** Whose pages may ask the API, beside our own. */
  readonly corsOrigins: readonly string[];
  /** How long an answer waits for the worker's test of a value. */
  readonly testWaitMs: number;
  readonly streamsPerCaller: number;
  readonly temporalUiUrl: string | null;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Logger;
  readonly tracer: Tracer;
};

/** Hono answers HEAD by a GET whose body it drops: a stream opened for it would have a listener that nobody ends. */
const headOfStream: MiddlewareHandler = async (c, next) => {
  if (c.req.raw.method !== 'HEAD' || c.req.path !== EVENTS_PATH) return next();
  return c.body(null, 200, { 'content-type': 'text/event-stream; charset=utf-8' });
};

/** The gateway as one function from request to response; it opens nothing itself. */
export const createApp = (deps: AppDeps): Hono<EdgeEnv> => {
  const { newId, log, publicUrl, sessions, site, docs, tracer, corsOrigins } = deps;
  const declared = endpointsOf(deps);
  const others = [...declared.map(({ definition }) => definition), ...AUTH_DEFINITIONS];
  const endpoints = [...declared, openApiRoute({ others, sessionCookie: sessions.name })];
  const app = new Hono<EdgeEnv>();
  app.use(traceRequest(tracer));
  app.use(requestContext(deps));
  app.use(crossOrigin(corsOrigins));
  app.use(securityHeaders({ https: publicUrl.startsWith('https:') }));
  app.use(readBody());
  app.use(csrf({ publicOrigin: new URL(publicUrl).origin, hasCookie: (cookies) => cookies.includes(`${sessions.name}=`) }));
  app.use(authenticate({ ...deps, publicPaths: pathsOf(endpoints, isOpen), apiTokenPaths: pathsOf(endpoints, takesApiTokens) }));
  app.use(headOfStream);
  mount(app, endpoints, newId);
  app.route('/auth', authRoutes(deps));
  for (const definition of AUTH_DEFINITIONS) refuseOtherMethods(app, definition.path, [definition]);
  app.notFound((c) => serveDocs(docs, c) ?? serveSite(site, c) ?? problemResponse('route-unknown', c.get('requestId')));
  app.onError((fault, c) => answerFault(fault, c, log));
  return app;
};

const pathsOf = (endpoints: readonly Endpoint[], isMeant: (access: Access) => boolean): ReadonlySet<string> =>
  new Set(endpoints.filter(({ definition }) => isMeant(definition.access)).map(({ definition }) => definition.path));

const honoPath = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1');

/** Every path also answers the methods that it does not have, and words come before what any word fits: `export` is no credential's id. */
const mount = (app: Hono<EdgeEnv>, endpoints: readonly Endpoint[], newId: NewId): void => {
  const byPath = Map.groupBy(endpoints, ({ definition }) => definition.path);
  // As text: `{` stands behind every letter.
  for (const [path, those] of [...byPath].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    for (const { definition, respond } of those) {
      app.on(definition.method.toUpperCase(), honoPath(path), (c) => respond(c, newId));
    }
    refuseOtherMethods(
      app,
      path,
      those.map(({ definition }) => definition),
    );
  }
};

const refuseOtherMethods = (app: Hono<EdgeEnv>, path: string, definitions: readonly Definition[]): void => {
  const allow = definitions.map(({ method }) => method.toUpperCase()).join(', ');
  app.all(honoPath(path), (c) => problemResponse('method-not-allowed', c.get('requestId'), { headers: { allow } }));
};

/** The one place where a fault meets HTTP. Its message goes to the log only. */
const answerFault = (fault: Error, c: EdgeContext, log: Logger): Response => {
  const requestId = c.get('requestId');
  if (fault instanceof ServiceUnavailable) {
    log.warn('http.service-unavailable', { requestId, service: fault.service, error: fault });
    return problemResponse(`${fault.service}-unavailable`, requestId);
  }
  if (fault instanceof OutcomeUnknown) {
    log.warn('http.outcome-unknown', { requestId, error: fault });
    return problemResponse('outcome-unknown', requestId);
  }
  log.error('http.fault', { requestId, path: c.req.path, error: fault });
  return problemResponse('internal', requestId);
};

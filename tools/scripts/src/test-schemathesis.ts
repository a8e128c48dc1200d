import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CannotStart, consumerClientId, consumerSecretFile, startStack, stopOnSignal, sweepDeadRuns } from '@keyturn/dev-stack';
import { root, runCommand } from './run-command.ts';
import { installedSchemathesis } from './schemathesis.ts';

// `pnpm test:schemathesis`: the whole OpenAPI document of a running stack is fuzzed six times: by an admin, an operator, an auditor, a
// user, a consumer (with a token of the provider that names it, and a grant on everything that a grant can cover), and by nobody.
// No answer is a 5xx, and none is one that the document doesn't have. A word picks one of them, and what else is said goes to
// schemathesis: `pnpm test:schemathesis admin --seed 7 --max-examples 200`.

const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
  'unsupported_method',
  'allow_header_conformance',
].join(',');

const PROVIDERS = ['cloudflare', 'stripe', 'namecheap', 'namecheap-sandbox', 'openai', 'anthropic', 'cohere', 'huggingface', 'replicate'];

/** It asks as fast as it can, and waits for no provider; none is really asked, for nothing answers at these addresses. */
const SETTINGS = {
  'api-gateway': { REQUESTS_PER_MINUTE: '1000000', TEST_WAIT_MS: '200' },
  'rotation-worker': { PROVIDER_CONNECT_TIMEOUT_MS: '500', PROVIDER_URLS: PROVIDERS.map((name) => `${name}=http://127.0.0.1:9`).join(',') },
};

/** A stream of events has no end to wait for; the contract's own test reads it. Whoever may not have it is refused at once. */
const ENDLESS = ['--exclude-operation-id', 'streamEvents'];

type Stack = Awaited<ReturnType<typeof startStack>>;

/** The consumer's own, of the client-credentials grant: one that a grant was made for, so that some calls get as far as the vault. */
const tokenOfConsumer = async ({ endpoints, api }: Stack, varDir: string): Promise<string> => {
  await api.registerConsumer('orders', [{ action: 'read', pattern: '*.*.*' }]);
  const secret = readFileSync(consumerSecretFile(join(varDir, 'oidc'), 'orders'), 'utf8').trim();
  const answer = await fetch(`${endpoints.oidcIssuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${consumerClientId('orders')}:${encodeURIComponent(secret)}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  const answered: unknown = await answer.json();
  if (typeof answered === 'object' && answered !== null && 'access_token' in answered) return String(answered.access_token);
  throw new Error(`the provider gives the consumer no token: ${answer.status}`);
};

type Headers = (stack: Stack, varDir: string) => Promise<readonly string[]> | readonly string[];
const bearer = (token: string): readonly string[] => ['-H', `Authorization: Bearer ${token}`];
/** A token is asked for as its turn comes: the consumer's lives for an hour. */
const CALLERS: Readonly<Record<string, Headers>> = {
  admin: ({ endpoints }) => [...bearer(endpoints.tokens.admin), ...ENDLESS],
  operator: ({ endpoints }) => [...bearer(endpoints.tokens.operator), ...ENDLESS],
  auditor: ({ endpoints }) => [...bearer(endpoints.tokens.auditor), ...ENDLESS],
  user: ({ endpoints }) => [...bearer(endpoints.tokens.professional), ...ENDLESS],
  consumer: async (stack, varDir) => bearer(await tokenOfConsumer(stack, varDir)),
  nobody: () => [],
};

const varRoot = join(root, 'var');
const given = process.argv.slice(2).filter((argument) => argument !== '--');
const only = given[0]?.startsWith('-') === false ? given[0] : undefined;
const more = only === undefined ? given : given.slice(1);

/** In `varDir`, for it leaves what it has found where it runs. */
const fuzz = async (stack: Stack, program: string, varDir: string): Promise<readonly string[]> => {
  const failed: string[] = [];
  const { endpoints } = stack;
  for (const [caller, headersOf] of Object.entries(CALLERS)) {
    if (only !== undefined && only !== caller) continue;
    const args = await headersOf(stack, varDir);
    console.log(`\nschemathesis as ${caller}`);
    const common = ['run', `${endpoints.gatewayUrl}/openapi.json`, '--checks', CHECKS, '--workers', '1', '--request-timeout', '20'];
    const quiet = [
      '--no-color',
      '--max-examples',
      '15',
      '--generation-database',
      'none',
      '--continue-on-failure',
      '--no-shrink',
      '--suppress-health-check',
      'all',
    ];
    // A wrong token is a guess, and a hundred of them lock this address out.
    const asSomebody = ['--generation-with-security-parameters', 'false'];
    if ((await runCommand(program, [...common, ...quiet, ...asSomebody, ...args, ...more], varDir)) !== 0) failed.push(caller);
  }
  return failed;
};

try {
  mkdirSync(varRoot, { recursive: true });
  await sweepDeadRuns(varRoot, 'schemathesis');
  const program = await installedSchemathesis();
  const varDir = join(varRoot, `schemathesis-${process.pid}`);
  const stack = await startStack({ varDir, ui: false, instances: [], settings: SETTINGS });
  const unhook = stopOnSignal(stack);
  try {
    const failed = await fuzz(stack, program, varDir);
    console.log(failed.length === 0 ? 'schemathesis found nothing' : `schemathesis found something as ${failed.join(', ')}`);
    process.exitCode = failed.length === 0 ? 0 : 1;
  } finally {
    unhook();
    await stack.stop();
    rmSync(varDir, { recursive: true, force: true });
  }
} catch (fault) {
  console.error(fault instanceof CannotStart ? fault.message : fault);
  process.exitCode = 2;
}

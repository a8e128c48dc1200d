import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { followRotation, type Servers, type Stack, startStack, waitUntil } from '@keyturn/dev-stack';
import { Client as TemporalClient, Connection } from '@temporalio/client';
import { Client } from 'pg';
import { type Api, recordedApi } from './api.ts';
import { browse } from './browse.ts';
import {
  canary,
  collectControls,
  type Control,
  type Controls,
  plantInBrowser,
  plantInDatabase,
  plantInFiles,
  plantInNats,
  plantInServerLog,
  plantInTemporal,
} from './controls.ts';
import { dumpDatabase } from './dump-database.ts';
import { dumpHistories } from './dump-histories.ts';
import { type Evidence, keepEvidence } from './evidence.ts';
import { failRotation, sendRefused } from './mishaps.ts';
import { EVIDENCE_OF } from './places.ts';
import type { Secret } from './scan/scan.ts';
import { watchPassword } from './subscriber.ts';
import { openVault } from './vault-secrets.ts';
import { tapNats, type Wiretap } from './wiretap.ts';

/** What a run leaves behind to be looked through. */
export type Remains = { readonly varDir: string; readonly secrets: readonly Secret[]; readonly controls: readonly Control[] };

const ROTATIONS = 3;
const ROTATION_TIMEOUT_MS = 120_000;
const POLICY = { graceMs: 300, evidenceEveryMs: 100, soakMs: 200, silentAfterMs: 10_000, deadlineMs: 120_000, lostAfterMs: 120_000 };

/** Runs a stack of its own through a demo, with mishaps and controls, looks everywhere while it is up, and stops it. */
export const secrecyRun = async (varDir: string): Promise<Remains> => {
  rmSync(varDir, { recursive: true, force: true });
  const evidence = keepEvidence(varDir);
  const controls = collectControls();
  const firstPassword = canary();
  let wiretap: Wiretap | undefined;
  const onServers = async (servers: Servers): Promise<void> => {
    await logEveryStatement(servers.postgres.url);
    wiretap = await tapNats(servers, evidence);
  };
  const settings = settingsOf(varDir, controls);
  const stack = await startStack({ varDir, onServers, settings, password: firstPassword, policy: POLICY });
  try {
    if (!wiretap) throw new Error('there is no wiretap');
    const secrets = await demo({ stack, wiretap, evidence, controls, firstPassword });
    await wiretap.stop();
    await stack.stop();
    plantInFiles(stack, controls);
    return { varDir, secrets, controls: controls.all() };
  } catch (fault) {
    await stack.stop();
    throw fault;
  }
};

const logEveryStatement = async (url: string): Promise<void> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    for (const setting of [
      "log_statement = 'all'",
      'log_min_duration_statement = 0',
      'log_parameter_max_length = -1',
      'log_connections = on',
    ]) {
      await client.query(`ALTER SYSTEM SET ${setting}`);
    }
    await client.query('SELECT pg_reload_conf()');
  } finally {
    await client.end();
  }
};

const SERVICES = ['vault', 'audit', 'rotation-worker', 'api-gateway'] as const;

/** Everything is logged and traced that can be. */
const settingsOf = (varDir: string, controls: Controls) => {
  const talkative = (name: string): NodeJS.ProcessEnv => ({
    LOG_LEVEL: 'debug',
    KEYTURN_TRACE_FILE: join(varDir, 'traces', `${name}.jsonl`),
  });
  const environment = hasProc ? { SECRECY_CONTROL: controls.plant('a variable of an environment', EVIDENCE_OF.processes) } : {};
  return {
    ...Object.fromEntries(SERVICES.map((name) => [name, talkative(name)])),
    orders: { ...talkative('orders'), BEAT_EVERY_MS: '500', WORKERS: '2', ...environment },
  };
};

type Demo = {
  readonly stack: Stack;
  readonly wiretap: Wiretap;
  readonly evidence: Evidence;
  readonly controls: Controls;
  readonly firstPassword: string;
};

const demo = async ({ stack, wiretap, evidence, controls, firstPassword }: Demo): Promise<Secret[]> => {
  const { endpoints, credentialId } = stack;
  const api = recordedApi(endpoints, evidence);
  const browsing = await browse(endpoints.adminUiUrl, evidence);
  await browsing.open(`${endpoints.adminUiUrl}/${credentialId}`);
  const passwords = await rotate(stack, firstPassword, controls);
  const mishaps = [await sendRefused(api), ...(await failRotation(stack, api, controls))];
  await askEverything(api, credentialId);
  await browsing.open(`${endpoints.adminUiUrl}/${credentialId}?tab=timeline`);
  await browsing.open(endpoints.adminUiUrl);

  controls.expect('the credential’s own id', credentialId, ...WHERE_AN_ID_IS);
  await plantInBrowser(browsing.page, controls);
  await browsing.stop();
  await plantInNats(wiretap.connection, controls);
  await keepTemporal(endpoints.temporalAddress, evidence, controls);
  await keepDatabases(stack, evidence, controls);
  keepProcesses(stack, evidence);
  return [...passwords.map(named), ...mishaps, ...(await otherSecrets(stack, passwords))];
};

const named = (plaintext: string, index: number): Secret => ({ label: `the password of version ${index + 1}`, plaintext });

/** Not a secret, and in all that tells of the credential: so the product's own words were looked through, not only the controls. */
const WHERE_AN_ID_IS = [
  'the wiretap of NATS',
  'the NATS store',
  'the Temporal database',
  'the histories in Temporal',
  'the dump of the vault’s database',
  'the dump of the audit database',
  'the files of Postgres, WAL included',
  'the target server’s log',
  'our own logs',
  'the spans',
  'what the API answered',
  'what the browser was answered',
] as const;

/** Rotates, and learns each password as a subscriber does. */
const rotate = async (stack: Stack, firstPassword: string, controls: Controls): Promise<string[]> => {
  const watching = await watchPassword(stack.servers);
  try {
    const passwords = [watching.password()];
    if (passwords[0] !== firstPassword) throw new Error('the first version is not the password that was registered');
    for (let turn = 1; turn <= ROTATIONS; turn += 1) {
      const note = controls.plant(`the note of rotation ${turn}`, EVIDENCE_OF.wiretap, 'the NATS store', EVIDENCE_OF['dump-keyturn_vault']);
      const { epoch } = await stack.api.rotate(stack.credentialId, note);
      const { status, sentence } = await followRotation(
        stack.api,
        { credentialId: stack.credentialId, epoch },
        { timeoutMs: ROTATION_TIMEOUT_MS },
      );
      if (status !== 'completed') throw new Error(`rotation ${turn} ended as ${status}: ${sentence}`);
      passwords.push(watching.password());
    }
    return passwords;
  } finally {
    await watching.close();
  }
};

const askEverything = async (api: Api, credentialId: string): Promise<void> => {
  const credential = `/api/v1/admin/credentials/${credentialId}`;
  const parts = ['', '/versions', '/rotations', '/rotations/1', '/consumers', '/timeline', '/reveal', '/no-such-thing'];
  const paths = [
    ...parts.map((part) => credential + part),
    '/api/v1/admin/credentials?limit=200',
    '/api/v1/sealing-keys',
    '/openapi.json',
    '/readyz',
  ];
  for (const path of paths) await api.get(path);
};

const keepTemporal = async (address: string, evidence: Evidence, controls: Controls): Promise<void> => {
  const connection = await Connection.connect({ address });
  try {
    const client = new TemporalClient({ connection });
    const control = await plantInTemporal(client, controls);
    const isListed = async (): Promise<boolean> => {
      for await (const { workflowId, status } of client.workflow.list())
        if (workflowId === control && status.name !== 'RUNNING') return true;
      return false;
    };
    if (!(await waitUntil(isListed, { timeoutMs: 10_000 }))) throw new Error('Temporal does not list the run that was planted');
    const kept = await dumpHistories(client, evidence);
    if (kept.length < ROTATIONS + 2) throw new Error(`Temporal tells of ${kept.length} runs only`);
  } finally {
    await connection.close();
  }
};

const keepDatabases = async ({ endpoints, servers }: Stack, evidence: Evidence, controls: Controls): Promise<void> => {
  await plantInServerLog(endpoints.ordersDatabaseUrl, controls);
  const databases = {
    'dump-keyturn_vault': endpoints.databaseUrl,
    'dump-keyturn_audit': endpoints.auditDatabaseUrl,
    'dump-orders': endpoints.ordersDatabaseUrl,
    'dump-postgres': servers.postgres.url,
  } as const;
  for (const name of ['dump-keyturn_vault', 'dump-keyturn_audit', 'dump-orders', 'dump-postgres'] as const) {
    await plantInDatabase(databases[name], EVIDENCE_OF[name], controls);
    await dumpDatabase(databases[name], name, evidence);
  }
};

/** Linux shows every process there; elsewhere that place isn't looked at. */
export const hasProc = existsSync('/proc/self/environ');

const keepProcesses = ({ servers, services, workload }: Stack, evidence: Evidence): void => {
  const processes = [...servers.inOrder, ...Object.values(services), ...workload];
  for (const pid of hasProc ? processes.flatMap((one) => one.pid() ?? []) : []) {
    evidence.add('processes', readFileSync(`/proc/${pid}/cmdline`), readFileSync(`/proc/${pid}/environ`));
  }
};

/** All that is secret beside the passwords, from where only its owner reads it. */
const otherSecrets = async (
  { endpoints, databases, credentialId, servers: { varDir } }: Stack,
  passwords: readonly string[],
): Promise<Secret[]> => {
  const secretsDir = join(varDir, 'secrets');
  const { secrets, versions } = await openVault(endpoints.databaseUrl, join(secretsDir, 'kek'));
  const opened = versions.filter((version) => version.credentialId === credentialId).map(({ password }) => password);
  if (opened.join('\n') !== passwords.join('\n')) throw new Error('the vault holds other passwords than the subscriber was given');
  const passwordOf = (url: string): string => decodeURIComponent(new URL(url).password);
  const service = (database: string): Secret => ({
    label: `the password of ${database}_service`,
    plaintext: passwordOf(readFileSync(join(secretsDir, `${database}.url`), 'utf8')),
  });
  return [
    ...secrets,
    { label: 'the issuer’s password', plaintext: databases.orders.issuer.password },
    { label: 'the superuser’s password', plaintext: passwordOf(endpoints.databaseUrl) },
    { label: 'the session key', plaintext: readFileSync(join(secretsDir, 'session.key'), 'utf8') },
    service('keyturn_vault'),
    service('keyturn_audit'),
    ...inFiles(varDir, 'nats/keys', /^S[A-Z2-7]{57}$/mu, 'a seed'),
    ...inFiles(varDir, 'nats/creds', /^S[A-Z2-7]{57}$/mu, 'a seed'),
    ...inFiles(varDir, 'oidc', /^[\w-]+$/u, 'a client’s secret', '.secret'),
  ];
};

/** The secret of each file of a folder. Throws where one has none. */
const inFiles = (varDir: string, folder: string, pattern: RegExp, what: string, ending = ''): Secret[] =>
  readdirSync(join(varDir, folder))
    .filter((name) => name.endsWith(ending))
    .map((name) => {
      const [plaintext] = pattern.exec(readFileSync(join(varDir, folder, name), 'utf8').trim()) ?? [];
      if (plaintext === undefined) throw new Error(`${folder}/${name} holds no secret`);
      return { label: `${what} in ${folder}/${name}`, plaintext };
    });

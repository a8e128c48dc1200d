import { CREDENTIAL_TYPES, CredentialType } from '@keyturn/contracts';
import { type CredentialSummary, CredentialView, RegisteredCredential } from '@keyturn/contracts/api';
import { RotationStarted } from '@keyturn/contracts/commands';
import { derivedUuid } from '@keyturn/sealing';
import type { Command } from 'commander';
import { z } from 'zod';
import type { Action, Bind } from '../context.ts';
import { columns } from '../output/columns.ts';
import { collect } from './collect.ts';
import { pair, readSecrets } from './given-secrets.ts';
import { listAll } from './list-all.ts';
import { resolveId } from './resolve-id.ts';

const COLLECTION = '/api/v1/admin/credentials';

const masksOf = (masks: Readonly<Record<string, string>>): string =>
  Object.entries(masks)
    .map(([name, mask]) => `${name} ${mask}`)
    .join(', ');

const list: Action = async (context) => {
  const { search } = context.options(z.object({ search: z.string().max(200).optional() }));
  const { gateway } = await context.connect();
  const all: CredentialSummary[] = [];
  for await (const items of listAll(gateway, search)) all.push(...items);
  const rows = all.map((item) => [item.address, item.credentialType, `v${item.current ?? '-'}`, masksOf(item.masks)]);
  context.printer.result({ items: all }, columns([['ADDRESS', 'TYPE', 'VERSION', 'VALUE'], ...rows]));
  return 'ok';
};

const show: Action = async (context, named = '') => {
  const { gateway } = await context.connect();
  const found = await gateway.ask({ path: `${COLLECTION}/${await resolveId(gateway, named)}`, answers: CredentialView });
  const facts = [
    ['address', found.address],
    ['id', found.credentialId],
    ['type', found.credentialType],
    ['name', found.displayName ?? '-'],
    ['owner', found.owner ?? '-'],
    ['value', masksOf(found.masks)],
    ['generation', String(found.generation)],
    ['origin', found.origin === null ? '-' : `${found.origin.source} ${found.origin.reference}`],
  ];
  const versions = found.versions.map(({ version, status }) => [`version ${version}`, status]);
  context.printer.result(found, columns([...facts, ...versions]));
  return 'ok';
};

const RegisterOptions = z.object({
  service: z.string().min(1),
  name: z.string().min(1),
  scope: z.string().optional(),
  type: CredentialType,
  field: z.array(z.string()).default([]),
  secretFile: z.array(z.string()).min(1, 'at least one secret is needed'),
  displayName: z.string().optional(),
  owner: z.string().optional(),
  issuerCredential: z.string().optional(),
  default: z.boolean().optional(),
  evenIfUnreachable: z.boolean().optional(),
});

const register: Action = async (context) => {
  const {
    service,
    name,
    scope,
    type,
    field,
    secretFile,
    displayName,
    owner,
    issuerCredential,
    default: isDefault,
    evenIfUnreachable,
  } = context.options(RegisterOptions);
  const { gateway, sealing } = await context.connect();
  const fields = await readSecrets(context, type, secretFile);
  const idempotencyKey = context.newKey();
  const credentialId = await derivedUuid('cli', idempotencyKey);
  const about = { service, name, scope, credentialType: type, displayName, owner, isDefault, evenIfUnreachable };
  const issuer = issuerCredential === undefined ? undefined : await resolveId(gateway, issuerCredential);
  const publicFields = Object.fromEntries(field.map((given) => pair(given, '--field')));
  const registered = await sealing.sealed({ command: 'credential.register', credentialId, idempotencyKey, fields }, (sealed) =>
    gateway.ask({
      method: 'POST',
      path: COLLECTION,
      idempotencyKey,
      body: { ...about, publicFields, issuer, credentialId, sealed },
      answers: RegisteredCredential,
    }),
  );
  const { address, status } = registered;
  const still = status === 'testing' ? [`Its value is still being tested: look again with keyturn credentials show ${address}.`] : [];
  context.printer.result(registered, [`Registered ${address} as ${registered.credentialId}.`, ...still]);
  return 'ok';
};

const rotate: Action = async (context, named = '') => {
  const { note, compromised } = context.options(z.object({ note: z.string().max(500).optional(), compromised: z.boolean().optional() }));
  const { gateway } = await context.connect();
  const started = await gateway.ask({
    method: 'POST',
    path: `${COLLECTION}/${await resolveId(gateway, named)}/rotations`,
    idempotencyKey: context.newKey(),
    body: { reason: compromised === true ? 'compromised' : 'manual', note },
    answers: RotationStarted,
  });
  context.printer.result(started, [`Rotation ${started.epoch} of ${started.credentialId} has begun.`]);
  return 'ok';
};

/** `keyturn credentials …`. */
export const addCredentialCommands = (program: Command, bind: Bind): void => {
  const credentials = program.command('credentials').description('lists, shows, registers and rotates credentials');
  credentials
    .command('list')
    .description('lists credentials, values masked')
    .option('--search <text>', 'in address, name, tags and labels')
    .action(bind(list));
  credentials.command('show').argument('<credential>', 'its id or address').description('shows one, its value masked').action(bind(show));
  credentials
    .command('register')
    .description('registers one; its secret is read from files and sealed to the vault')
    .requiredOption('--service <name>', 'e.g. cloudflare')
    .requiredOption('--name <name>', 'tells it from others of the service')
    .requiredOption('--type <type>', Object.keys(CREDENTIAL_TYPES).join(', '))
    .requiredOption('--secret-file <[field=]file>', 'the secret, or one of its fields; - is standard input', collect)
    .option('--field <name=value>', 'a public field; may be given several times', collect)
    .option('--scope <scope>', 'system, if not said')
    .option('--display-name <text>', 'what people call it')
    .option('--owner <text>', 'who answers for it')
    .option('--issuer-credential <credential>', 'the credential that may change it: id or address')
    .option('--default', 'makes it its service’s default')
    .option('--even-if-unreachable', 'takes the value, marked as untested, where its provider can’t be asked')
    .action(bind(register));
  credentials
    .command('rotate')
    .argument('<credential>', 'its id or address')
    .description('asks for a rotation')
    .option('--note <text>', 'why, for the record')
    .option('--compromised', 'it may be in wrong hands')
    .action(bind(rotate));
};

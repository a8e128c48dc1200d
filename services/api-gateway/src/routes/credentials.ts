import { addressFrom } from '@keyturn/contracts';
import {
  AddedOrUpdated,
  AddOrUpdateBody,
  CredentialList,
  CredentialView,
  RegisterCredentialBody,
  RegisteredCredential,
} from '@keyturn/contracts/api';
import { CredentialFilter, CredentialSort, ListCursor } from '@keyturn/contracts/queries';
import type { Refusal } from '@keyturn/contracts/refusals';
import { ok, type Result } from '@keyturn/kernel';
import { z } from 'zod';
import { type NewId, createdIdOf } from '../command-id.ts';
import { type Answer, type Asked, type Definition, type Endpoint, endpoint } from '../endpoint.ts';
import { etagOf } from '../if-match.ts';
import { COMMAND_PROBLEMS, MOVE_PROBLEMS, QUERY_PROBLEMS, SEALED_PROBLEMS } from '../problem-groups.ts';
import { addOrUpdate } from './add-or-update.ts';
import { type AwaitDeps, awaitChange, TEST_PROBLEMS } from './await-test.ts';
import { secretOf, unkeyed } from './brought-secret.ts';
import { SAMPLE_CREDENTIAL, SAMPLE_REGISTERED, SAMPLE_SUMMARY } from '../samples/credential.ts';
import { SAMPLE_ADDRESS, SAMPLE_CREDENTIAL_ID, SAMPLE_ISSUER_ID, SAMPLE_PUBLIC_FIELDS } from '../samples/ids.ts';
import { OfCredential } from './of-credential.ts';

type Deps = AwaitDeps & { readonly newId: NewId };

const COLLECTION = '/api/v1/admin/credentials';
const Flag = z.enum(['true', 'false']);
const LISTED = CredentialFilter.extend({
  isDefault: Flag.optional(),
  untested: Flag.optional(),
  overdue: Flag.optional(),
  refused: Flag.optional(),
  needsAttention: Flag.optional(),
  sort: CredentialSort.optional(),
  order: z.enum(['asc', 'desc']).optional(),
  cursor: ListCursor.optional(),
  limit: z.coerce.number().int().min(1).max(200).optional(),
});

type Flags = Readonly<Record<'isDefault' | 'untested' | 'overdue' | 'needsAttention' | 'refused', 'true' | 'false' | undefined>>;
const flagged = ({ isDefault, untested, overdue, needsAttention, refused }: Flags) => ({
  ...(isDefault === undefined ? {} : { isDefault: isDefault === 'true' }),
  ...(untested === undefined ? {} : { untested: untested === 'true' }),
  ...(overdue === undefined ? {} : { overdue: overdue === 'true' }),
  ...(needsAttention === undefined ? {} : { needsAttention: needsAttention === 'true' }),
  ...(refused === undefined ? {} : { refused: refused === 'true' }),
});

const REGISTRATION: Definition['example'] = {
  takes: {
    body: {
      address: SAMPLE_ADDRESS,
      credentialType: 'database_password',
      publicFields: SAMPLE_PUBLIC_FIELDS,
      secretFields: { password: 'the present password' },
      issuer: SAMPLE_ISSUER_ID,
      displayName: 'Orders database',
      labels: { environment: 'production' },
      tags: ['billing'],
      owner: 'team-orders',
      isDefault: true,
      policy: { graceMs: 60_000 },
    },
  },
  answers: { 201: SAMPLE_REGISTERED, 202: { ...SAMPLE_REGISTERED, status: 'testing', generation: 0 } },
};

const RegisteredOrAdded = z.union([RegisteredCredential, AddedOrUpdated]);

const REGISTER = {
  name: 'registerCredential',
  method: 'post',
  path: COLLECTION,
  tag: 'Credentials',
  summary:
    'Registers a credential with its present value as version 1, which is tested first; a value that is refused leaves no credential. In the short form (`service`, `credential_type`, `secret`) it adds one, or gives the one at its address a new value',
  access: 'admin-write',
  sends: ['request.begin', 'credential.register', 'credential.stage-value', 'credential.change-details'],
  takes: z.object({ body: z.union([RegisterCredentialBody, AddOrUpdateBody]) }),
  answers: { 201: RegisteredOrAdded, 202: RegisteredOrAdded },
  tells: ['Location'],
  refuses: [
    ...COMMAND_PROBLEMS,
    ...SEALED_PROBLEMS,
    ...TEST_PROBLEMS,
    'fields-invalid',
    'fields-missing',
    'issuer-unknown',
    'issuer-unfit',
    ...MOVE_PROBLEMS,
    'address-taken',
    'credential-exists',
    'policy-invalid',
    'tier-too-low',
    // of the short form, where it is a new value
    'credential-unknown',
    'credential-deleted',
    'credential-deleting',
    'credential-disabled',
    'rotation-open',
    'change-open',
    'version-out-of-order',
  ],
  example: REGISTRATION,
} satisfies Definition;

const listCredentials = ({ vault }: Deps): Endpoint =>
  endpoint(
    {
      name: 'listCredentials',
      method: 'get',
      path: COLLECTION,
      tag: 'Credentials',
      summary: 'Lists credentials, a page at a time, filtered and sorted by any sortable column',
      access: 'admin-read',
      takes: z.object({ query: LISTED }),
      answers: { 200: CredentialList },
      refuses: QUERY_PROBLEMS,
      example: {
        takes: { query: { search: 'orders', service: 'postgres', isDefault: 'true', sort: 'expires', order: 'asc', limit: '50' } },
        answers: { 200: { items: [SAMPLE_SUMMARY], nextCursor: null, total: 1, totalIsAtLeast: false } },
      },
    },
    async ({ query }, { actor }) => {
      const { isDefault, untested, overdue, needsAttention, refused, ...rest } = query;
      const data = { ...rest, ...flagged({ isDefault, untested, overdue, needsAttention, refused }) };
      const page = await vault.query('credential.list', { actor, data });
      return page.ok ? ok({ status: 200, body: page.value }) : page;
    },
  );

const answerShortForm = async (deps: Deps, asked: Asked, body: AddOrUpdateBody): Promise<Result<Answer, Refusal>> => {
  const saved = await addOrUpdate(deps, asked, body);
  if (!saved.ok) return saved;
  const { status, credential_id } = saved.value;
  return ok({ status: status === 'committed' ? 201 : 202, body: saved.value, headers: { location: `${COLLECTION}/${credential_id}` } });
};

const registerCredential = (deps: Deps): Endpoint =>
  endpoint(REGISTER, async ({ body }, asked) => {
    if ('secret' in body) return answerShortForm(deps, asked, body);
    const { vault, newId, testWaitMs } = deps;
    const { actor, commandId, idempotencyKey, requestId } = asked;
    const { secretFields, sealed, credentialId: chosen, address: whole, scope, service, name, ...data } = body;
    if (sealed && idempotencyKey === undefined) return unkeyed(requestId);
    const address = whole ?? addressFrom({ ...(scope === undefined ? {} : { scope }), service: service ?? '', name: name ?? '' });
    const credentialId = chosen ?? createdIdOf(idempotencyKey, commandId, newId);
    const registered = await vault.command('credential.register', {
      commandId,
      actor,
      correlationId: requestId,
      data: { ...data, address, credentialId },
      ...secretOf(credentialId, { secretFields, sealed }),
    });
    if (!registered.ok) return registered;
    const ended = await awaitChange({ vault, testWaitMs }, { actor, commandId }, RegisteredCredential.parse(registered.value));
    if (!ended.ok) return ended;
    const status = ended.value.status === 'committed' ? 201 : 202;
    return ok({ status, body: ended.value, headers: { location: `${COLLECTION}/${credentialId}` } });
  });

const readCredential = ({ vault }: Deps): Endpoint =>
  endpoint(
    {
      name: 'readCredential',
      method: 'get',
      path: `${COLLECTION}/{credentialId}`,
      tag: 'Credentials',
      summary: 'Reads one credential with its versions and rotations; secret fields are masked',
      access: 'admin-read',
      takes: z.object({ params: OfCredential }),
      answers: { 200: CredentialView },
      tells: ['ETag'],
      refuses: [...QUERY_PROBLEMS, 'credential-unknown'],
      example: { takes: { params: { credentialId: SAMPLE_CREDENTIAL_ID } }, answers: { 200: SAMPLE_CREDENTIAL } },
    },
    async ({ params }, { actor }) => {
      const found = await vault.query('credential.get', { actor, data: params });
      return found.ok ? ok({ status: 200, body: found.value, headers: { etag: etagOf(found.value.revision) } }) : found;
    },
  );

export const credentialRoutes = (deps: Deps): Endpoint[] => [listCredentials(deps), registerCredential(deps), readCredential(deps)];

import { addressFrom, type CredentialType, type PublicFields } from '@keyturn/contracts';
import { type AddedOrUpdated, type AddOrUpdateBody, RegisteredCredential } from '@keyturn/contracts/api';
import type { ValueOutcome } from '@keyturn/contracts/commands';
import type { CredentialView } from '@keyturn/contracts/queries';
import type { Refusal } from '@keyturn/contracts/refusals';
import { legacyType, mainSecretOf, readMetadata } from '@keyturn/imports/older-words';
import { ok, refuse, type Result, Sensitive } from '@keyturn/kernel';
import { mask } from '@keyturn/sealing';
import { beginRequest } from '../begin-request.ts';
import { inSteps } from '../clients/in-steps.ts';
import { createdIdOf, type NewId, stepIdOf } from '../command-id.ts';
import { credentialAt } from '../credential-at.ts';
import type { Asked } from '../endpoint.ts';
import { type AwaitDeps, awaitChange } from './await-test.ts';

// The short form: an older system's words for a credential of the system, which is added, or given a new value where its address is there.

type Deps = AwaitDeps & { readonly newId: NewId };

/** What the body means in our words. The same words as those of an import, so that a row that was imported is found again. */
type Meant = {
  readonly address: string;
  readonly credentialType: CredentialType;
  readonly publicFields: PublicFields;
  /** The metadata named some of them. */
  readonly namesFields: boolean;
  readonly fields: Sensitive<Readonly<Record<string, string>>>;
  readonly label: string | undefined;
  readonly remarks: readonly string[];
};

const meant = ({ service, credential_type: type, name, secret, metadata = {} }: AddOrUpdateBody): Meant => {
  const { credentialType, provider, isGuess } = legacyType(service, type);
  const { publicFields, label, remarks } = readMetadata(credentialType, JSON.stringify(metadata));
  return {
    address: addressFrom({ service, name: name ?? type }),
    credentialType,
    publicFields: { ...publicFields, ...(provider === undefined ? {} : { provider }) },
    namesFields: Object.keys(publicFields).length > 0,
    fields: new Sensitive(mainSecretOf(credentialType, secret)),
    label,
    remarks: isGuess ? ['Kept as generic: nobody knows this type of this service.', ...remarks] : remarks,
  };
};

const sent = ({ actor, requestId }: Asked, commandId: string) => ({ actor, commandId, correlationId: requestId });
const unreachable = ({ even_if_unreachable: evenIfUnreachable }: AddOrUpdateBody) =>
  evenIfUnreachable === undefined ? {} : { evenIfUnreachable };

const add = ({ vault }: Deps, asked: Asked, body: AddOrUpdateBody, { address, credentialType, ...said }: Meant, credentialId: string) =>
  vault.command('credential.register', {
    ...sent(asked, asked.commandId),
    data: {
      credentialId,
      address,
      credentialType,
      publicFields: said.publicFields,
      issuer: null,
      ...(said.label === undefined ? {} : { displayName: said.label }),
      ...unreachable(body),
    },
    secret: { about: credentialId, fields: said.fields },
  });

/** Public fields stay where the body's metadata names none, and are replaced as a whole where it does. */
const update = (
  { vault }: Deps,
  asked: Asked,
  body: AddOrUpdateBody,
  { publicFields, namesFields, fields }: Meant,
  credentialId: string,
) => {
  return vault.command('credential.stage-value', {
    ...sent(asked, asked.commandId),
    data: { credentialId, ...(namesFields ? { publicFields } : {}), ...unreachable(body) },
    secret: { about: credentialId, fields },
  });
};

const relabel = ({ vault }: Deps, asked: Asked, credentialId: string, label: string | undefined) => {
  if (label === undefined) return ok(null);
  const data = { credentialId, changes: { displayName: label } };
  return vault.command('credential.change-details', { ...sent(asked, stepIdOf(asked.commandId, 'details')), data });
};

/** An address has one type for ever. */
const otherType = (there: CredentialView | null, { address, credentialType }: Meant): Refusal | null =>
  there && there.credentialType !== credentialType ? { code: 'address-taken', address, credentialId: there.credentialId } : null;

const answerOf = (body: AddOrUpdateBody, { credentialType, remarks }: Meant, isNew: boolean, outcome: ValueOutcome): AddedOrUpdated => {
  const { credentialId, address, version, status } = outcome;
  const done = isNew ? 'is added' : 'has a new value';
  return {
    message: status === 'committed' ? `The credential ${done}.` : 'The value is being tested.',
    service: body.service,
    credential_type: body.credential_type,
    masked_value: mask(credentialType, body.secret),
    kept_as: credentialType,
    credential_id: credentialId,
    address,
    version,
    status,
    remarks: [...remarks],
  };
};

/** Adds the credential, or stages a new value for the one at its address; tested first where there is a test. */
export const addOrUpdate = async (given: Deps, asked: Asked, body: AddOrUpdateBody): Promise<Result<AddedOrUpdated, Refusal>> => {
  const wanted = meant(body);
  const { actor, commandId, idempotencyKey } = asked;
  const { address, credentialType, publicFields, label } = wanted;
  const wish = { address, credentialType, publicFields, label, ...unreachable(body) };
  const begun = await beginRequest(given.vault, asked, { operation: 'addOrUpdateCredential', wish });
  if (!begun.ok) return begun;
  const vault = inSteps(given.vault);
  const deps = { ...given, vault };
  const there = await credentialAt(vault, actor, wanted.address);
  if (!there.ok) return there;
  const refusal = otherType(there.value, wanted);
  if (refusal) return refuse(refusal);
  const created = createdIdOf(idempotencyKey, commandId, deps.newId);
  const isNew = there.value === null || there.value.credentialId === created; // a repeat finds what it made, and is the same command again
  const credentialId = there.value?.credentialId ?? created;
  const saved = await (isNew ? add(deps, asked, body, wanted, credentialId) : update(deps, asked, body, wanted, credentialId));
  if (!saved.ok) return saved;
  const ended = await awaitChange(deps, { actor, commandId }, RegisteredCredential.parse(saved.value));
  if (!ended.ok) return ended;
  // A value that is still being tested may be refused, and then nothing is to have changed.
  const named = isNew || ended.value.status === 'testing' ? ok(null) : await relabel(deps, asked, credentialId, wanted.label);
  return named.ok ? ok(answerOf(body, wanted, isNew, ended.value)) : named;
};

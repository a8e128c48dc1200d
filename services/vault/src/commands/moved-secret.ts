import {
  type Actor,
  CREDENTIAL_TYPES,
  type CredentialType,
  issuerTypeOf,
  missingToRotate,
  movedDestinations,
  partsOf,
  type PublicFields,
  type Refusal,
  serverOfIssuer,
  strayedFromIssuer,
  type TypeDefinition,
} from '@keyturn/contracts';
import { SYSTEM_SCOPE } from '@keyturn/contracts/scopes';
import { elsewhereThanIssuer } from '../credential/issuer-server.ts';
import { issuerNow } from '../credential/provider-abilities.ts';
import { refuseOldLogin } from '../credential/recent-login.ts';
import { refuseReveal } from '../credential/reveal.ts';
import { aliveOf, type RegisteredCredential, versionOf } from '../credential/state.ts';
import type { VaultDeps } from '../deps.ts';
import { credentialFold, streamOf } from '../folds.ts';
import { refuseUnlessAllowed } from './authorise.ts';

type Deps = Pick<VaultDeps, 'log' | 'clock'>;

const isSystem = (address: string): boolean => partsOf(address).scope === SYSTEM_SCOPE;

const sentence = (moved: readonly string[], wayOut: string, guards: readonly string[] = []): string => {
  const what = moved.every((name) => guards.includes(name)) ? 'how the secret is guarded' : 'where the secret is sent';
  return `${moved.join(' and ')} ${moved.length > 1 ? 'say' : 'says'} ${what}: ${wayOut}.`;
};

const guardsOf = (type: CredentialType): readonly string[] => {
  const { guards = [], testedBy = [] }: TypeDefinition = CREDENTIAL_TYPES[type];
  return [...guards, ...testedBy];
};

const NOT_THE_ISSUERS = 'where they differ from the issuer’s, this takes somebody who may reveal the issuer';

/** Who could have a secret sent to themselves needs what a reveal of it needs: the right, its policy, and a recent login. */
const refuseUnlessShown = async (deps: Deps, actor: Actor, credential: RegisteredCredential, needed: string): Promise<Refusal | null> => {
  const { credentialId } = credential;
  const maySee =
    refuseReveal(credential) === null && (await refuseUnlessAllowed(deps, 'credential.reveal', actor, { credentialId })) === null;
  if (!maySee) return { code: 'secret-needed', sentence: needed };
  return refuseOldLogin(actor, deps.clock.now().toISOString());
};

/** Why this actor may not have the present secret sent elsewhere by other public fields, or null. */
export const refuseMove = async (
  deps: Deps,
  actor: Actor,
  credential: RegisteredCredential,
  { before, after }: { readonly before: PublicFields; readonly after: PublicFields },
): Promise<Refusal | null> => {
  const moved = movedDestinations(credential.credentialType, before, after);
  if (moved.length === 0) return null;
  const wayOut = 'change it by a new value together with the secret, or ask somebody who may reveal it';
  return refuseUnlessShown(deps, actor, credential, sentence(moved, wayOut, guardsOf(credential.credentialType)));
};

/** Why this actor may not say where programs send the secret of a credential that they are given with a URL, or null. */
export const refuseSending = async (deps: Deps, actor: Actor, credentialId: string): Promise<Refusal | null> => {
  const alive = aliveOf(await deps.log.state(credentialFold, streamOf.credential(credentialId)));
  if (!alive.ok) return alive.refusal;
  return refuseUnlessShown(deps, actor, alive.value, sentence(['the URL'], 'this takes somebody who may reveal the credential'));
};

/** What a rotation needs where it sends what the issuer makes elsewhere. */
type Elsewhere = { readonly refusal: Refusal | null; readonly isElsewhere: boolean };

/** Why this actor may not have a credential rotated by its issuer, or null; and whether its server is another one than the issuer's. */
export const refuseElsewhere = async (deps: Deps, actor: Actor, state: RegisteredCredential): Promise<Elsewhere> => {
  const issuerId = issuerNow(state);
  const issuer = issuerId === null ? null : aliveOf(await deps.log.state(credentialFold, streamOf.credential(issuerId)));
  const strayed = issuer?.ok ? elsewhereThanIssuer(state, issuer.value) : [];
  if (!issuer?.ok || strayed.length === 0) return { refusal: null, isElsewhere: false };
  return { refusal: await refuseUnlessShown(deps, actor, issuer.value, sentence(strayed, NOT_THE_ISSUERS)), isElsewhere: true };
};

const unfit = (type: CredentialType, fit: CredentialType): string =>
  `Its values (${CREDENTIAL_TYPES[type].title}) are made with a credential of the type ${fit}: name one of those as the issuer.`;

/** What an issuer is to make secrets for: `before` are the public fields that somebody answered for already. */
type Issued = {
  readonly credentialType: CredentialType;
  readonly address: string;
  readonly before: PublicFields | null;
  readonly after: PublicFields;
};

/**
 * Why this actor may not have this issuer make secrets for a credential with these public fields, or null. A rotation tests what the
 * issuer made where the fields say: that is the issuer's own server, unless somebody who may reveal the issuer says otherwise.
 */
export const refuseIssuer = async (deps: Deps, actor: Actor, issuerId: string, issued: Issued): Promise<Refusal | null> => {
  const { credentialType, address, before, after } = issued;
  const missing = missingToRotate(credentialType, after, issuerId);
  if (missing.length > 0) return { code: 'fields-missing', fields: missing.join(', ') };
  if (before && movedDestinations(credentialType, before, after).length === 0) return null;
  const issuer = aliveOf(await deps.log.state(credentialFold, streamOf.credential(issuerId)));
  // A person's own key is made by nobody else's, and theirs makes nobody else's.
  if (!issuer.ok || !isSystem(address) || !isSystem(issuer.value.address)) return { code: 'issuer-unknown', issuer: issuerId };
  const fit = issuerTypeOf(credentialType, after);
  if (fit !== null && issuer.value.credentialType !== fit) return { code: 'issuer-unfit', sentence: unfit(credentialType, fit) };
  const there = serverOfIssuer(credentialType, after, versionOf(issuer.value, issuer.value.current)?.publicFields ?? {});
  const moved = strayedFromIssuer(credentialType, there, after);
  if (moved.length === 0) return null;
  return refuseUnlessShown(deps, actor, issuer.value, sentence(moved, NOT_THE_ISSUERS, guardsOf(credentialType)));
};

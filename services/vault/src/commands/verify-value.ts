import { type Actor, partsOf, type Refusal, type Reply } from '@keyturn/contracts';
import type { VaultCommandData } from '@keyturn/contracts/commands';
import { SYSTEM_SCOPE } from '@keyturn/contracts/scopes';
import { ok, refuse, type Result } from '@keyturn/kernel';
import { z } from 'zod';
import { aliveOf, type Credential, type RegisteredCredential, versionOf } from '../credential/state.ts';
import { isLive, type Version } from '../credential/version.ts';
import type { VaultDeps } from '../deps.ts';
import { credentialFold, streamOf } from '../folds.ts';
import { areEqual } from './equal-fields.ts';
import { compareUnder, type GuessLimit } from './guess-limit.ts';
import { jobOf, type Opened, replyOf } from './opened.ts';
import type { RefusalRecorder } from './refusal-recorder.ts';

type Deps = VaultDeps & { readonly recordRefusal: RefusalRecorder; readonly guesses: GuessLimit };
type Asked = VaultCommandData<'credential.verify-value'>;

const Brought = z.object({ fields: z.record(z.string(), z.string()) });
/** An import makes the first version; what came later is the person's own. */
const IMPORTED_VERSION = 1;

type Fields = z.infer<typeof Brought>['fields'];

/** Admins can't read people's own keys, nor try values on them; what was imported is compared by whoever imports it. */
const mayCompare = ({ address, origin }: RegisteredCredential, version: number): boolean =>
  partsOf(address).scope === SYSTEM_SCOPE || (origin?.kind === 'import' && version === IMPORTED_VERSION);

const wanted = (credential: Credential, { version: number }: Asked): Result<{ state: RegisteredCredential; version: Version }, Refusal> => {
  const alive = aliveOf(credential);
  if (!alive.ok) return alive;
  const state = alive.value;
  if (!mayCompare(state, number)) return refuse({ code: 'not-allowed', action: 'credential.verify-value' });
  const version = versionOf(state, number);
  return version && isLive(version) && version.shreddedAt === null
    ? ok({ state, version })
    : refuse({ code: 'version-unknown', requested: number });
};

const nameOf = ({ kind, id }: Actor): string => `${kind} ${id}`;

const isHeld = async (deps: Deps, { state, version }: { state: RegisteredCredential; version: Version }, fields: Fields) => {
  const held = await deps.safe.open(state, version);
  return areEqual(held.fields.reveal(), fields);
};

/**
 * Tells somebody who has a value whether the vault holds the same, and nothing else of it. Recorded before it is answered; wrong values are
 * let through ten times an hour.
 */
export const verifyValue = async (deps: Deps, opened: Opened, data: Asked): Promise<Reply> => {
  const { credentialId, version } = data;
  const { actor } = opened;
  const stream = streamOf.credential(credentialId);
  const refused = async (refusal: Refusal): Promise<Reply> => {
    await deps.recordRefusal({ recipient: nameOf(actor), actor, refusal, credentialId });
    return { refusal };
  };
  const found = wanted(await deps.log.state(credentialFold, stream), data);
  if (!found.ok) return refused(found.refusal);
  const { secret } = opened.request;
  const brought = Brought.safeParse(secret?.reveal());
  if (!brought.success) return { refusal: { code: 'fields-invalid', issues: ['the secret fields are missing'] } };
  const { fields } = brought.data;
  const compared = await compareUnder(deps.guesses, credentialId, {
    compare: () => isHeld(deps, found.value, fields),
    isWrong: (isEqual) => !isEqual,
  });
  if (!compared.ok) return refused(compared.refusal);
  const equal = compared.value;
  const verdict = await deps.log.submit(credentialFold, {
    ...jobOf(deps, opened),
    stream,
    decide: (state) => {
      const still = wanted(state, data);
      if (!still.ok) return still;
      const said = { credentialId, address: still.value.state.address, version, equal };
      const event = {
        type: 'secret.verified' as const,
        data: { ...said, recipient: nameOf(actor) },
        stream: streamOf.access(credentialId),
      };
      return ok({ events: [event], verdict: said });
    },
  });
  return replyOf(verdict);
};

import type { Refusal, Reply } from '@keyturn/contracts';
import type { VaultCommandData, VersionComparison } from '@keyturn/contracts/commands';
import { ok, refuse, type Result } from '@keyturn/kernel';
import { comparePublic, compareSecret, foreseeSecret } from '../credential/compare.ts';
import { knownOf, type RegisteredCredential, versionOf } from '../credential/state.ts';
import type { Version } from '../credential/version.ts';
import type { VaultDeps } from '../deps.ts';
import { accessFold, credentialFold, streamOf } from '../folds.ts';
import { jobOf, type Opened } from './opened.ts';

type Asked = VaultCommandData<'credential.compare'>;
type Pair = { readonly state: RegisteredCredential; readonly a: Version; readonly b: Version };

const pairOf = async (deps: VaultDeps, asked: Asked): Promise<Result<Pair, Refusal>> => {
  const state = knownOf(await deps.log.state(credentialFold, streamOf.credential(asked.credentialId)));
  if (!state) return refuse({ code: 'credential-unknown' });
  const [a, b] = [versionOf(state, asked.a), versionOf(state, asked.b)];
  if (!a || !b) return refuse({ code: 'version-unknown', requested: a ? asked.b : asked.a });
  return ok({ state, a, b });
};

/** Opens both inside the vault, recorded first. Nothing of it goes further than the words same and changed. */
const openAndJudge = async (deps: VaultDeps, opened: Opened, { state, a, b }: Pair) => {
  const { credentialId, address } = state;
  const compared = { type: 'secret.compared' as const, data: { credentialId, address, a: a.version, b: b.version } };
  await deps.log.submit(accessFold, {
    ...jobOf(deps, opened),
    stream: streamOf.access(credentialId),
    decide: () => ok({ events: [compared], verdict: {} }),
  });
  const [one, other] = await Promise.all([deps.safe.open(state, a), deps.safe.open(state, b)]);
  return (field: string) => (one.fields.reveal()[field] === other.fields.reveal()[field] ? ('same' as const) : ('changed' as const));
};

/** Says which fields two versions differ in: public ones with their values, secret ones never. */
export const compareVersions = async (deps: VaultDeps, opened: Opened, asked: Asked): Promise<Reply> => {
  const pair = await pairOf(deps, asked);
  if (!pair.ok) return { refusal: pair.refusal };
  const { state, a, b } = pair.value;
  const foreseen = foreseeSecret(state, a, b);
  const judge = foreseen === null ? await openAndJudge(deps, opened, pair.value) : () => foreseen;
  const answer: VersionComparison = {
    credentialId: asked.credentialId,
    a: asked.a,
    b: asked.b,
    fields: [...comparePublic(a, b), ...compareSecret(a, b, judge)],
  };
  return { ok: answer };
};

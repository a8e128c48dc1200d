import type { Refusal, Reply } from '@keyturn/contracts';
import { SecretRevealedTo, type VaultCommandData } from '@keyturn/contracts/commands';
import { ok, refuse, type Result, Sensitive } from '@keyturn/kernel';
import { canonicalJson, sealerTo, type SealTo } from '@keyturn/sealing';
import { z } from 'zod';
import { judgeReveal, refuseReveal, REPEATABLE_MS } from '../credential/reveal.ts';
import { type Credential, knownOf, versionOf } from '../credential/state.ts';
import { isLive } from '../credential/version.ts';
import type { VaultDeps } from '../deps.ts';
import { credentialFold, streamOf } from '../folds.ts';
import type { Verdict } from '../ports/command-log.ts';
import type { PreparedVersion } from '../secrets/version-safe.ts';
import { jobOf, type Opened } from './opened.ts';
import { recipientOf, type RefusalRecorder } from './refusal-recorder.ts';

type Deps = VaultDeps & { readonly recordRefusal: RefusalRecorder };
type Asked = VaultCommandData<'credential.reveal'>;

const Decided = SecretRevealedTo.omit({ sealed: true }).extend({ fields: z.array(z.string()), revealedAt: z.string() });
type Decided = z.infer<typeof Decided>;

/** Decides and records in one step, on the newest state, under the append lock. */
const decideReveal = (deps: Deps, opened: Opened, asked: Asked): Promise<Verdict> =>
  deps.log.submit(credentialFold, {
    ...jobOf(deps, opened),
    stream: streamOf.credential(asked.credentialId),
    joins: [streamOf.access(asked.credentialId)],
    decide: (state, { now }) => {
      const shown = judgeReveal(state, asked, opened.actor, now);
      if (!shown.ok) return shown;
      const { credential, version, fields } = shown.value;
      const { credentialId, address } = credential;
      const about = { credentialId, address, version: version.version };
      const said = { recipient: recipientOf(opened.actor), purpose: 'shown on request', reason: asked.reason, fields: [...fields] };
      const verdict: Decided = { ...about, publicFields: version.publicFields, fields: [...fields], revealedAt: now };
      return ok({ events: [{ type: 'secret.revealed', data: { ...about, ...said }, stream: streamOf.access(credentialId) }], verdict });
    },
  });

/** The way out: the link of the request, or the caller's own key. Known to work before anything is recorded. */
const wayOut = async (opened: Opened, { recipientKey }: Asked): Promise<Result<SealTo | null, Refusal>> => {
  if (recipientKey === undefined) return opened.request.canSeal ? ok(null) : refuse({ code: 'link-unknown' });
  const sealer = await sealerTo(recipientKey);
  return sealer ? ok(sealer) : refuse({ code: 'seal-invalid' });
};

/** Reads what will most likely be shown while it is being decided. */
const prepareLikely = async (deps: Deps, asked: Asked): Promise<PreparedVersion | null> => {
  const credential = knownOf(await deps.log.recall(credentialFold, streamOf.credential(asked.credentialId)));
  const version = credential && versionOf(credential, asked.version ?? credential.current);
  return credential && version ? deps.safe.prepare(credential, version) : null;
};

/** What was decided just now is decided on the newest state, which this replica then holds; for a repeat it is read. */
const stateFor = (deps: Deps, credentialId: string, { repeated }: Verdict): Promise<Credential> => {
  const stream = streamOf.credential(credentialId);
  return repeated ? deps.log.state(credentialFold, stream) : deps.log.recall(credentialFold, stream);
};

const open = async (
  deps: Deps,
  decided: Decided,
  state: Credential,
  likely: PreparedVersion | null,
): Promise<Result<Sensitive<Record<string, string>>, Refusal>> => {
  const refusal = refuseReveal(state);
  if (refusal) return refuse(refusal);
  const credential = knownOf(state);
  const version = credential && versionOf(credential, decided.version);
  if (!credential || !version) throw new Error(`version ${decided.version} of ${decided.credentialId} is gone`);
  if (!isLive(version)) return refuse({ code: 'version-revoked', requested: version.version }); // since it was decided
  const prepared = likely?.version === version.version ? likely : deps.safe.prepare(credential, version);
  const { fields } = await prepared.open();
  return ok(new Sensitive(Object.fromEntries(Object.entries(fields.reveal()).filter(([name]) => decided.fields.includes(name)))));
};

/** A repeat is not decided again, but what it would show must still be there, and still be shown to anybody. */
const isTooLate = (verdict: Verdict, { revealedAt }: Decided, now: number): boolean =>
  verdict.repeated && now - Date.parse(revealedAt) > REPEATABLE_MS;

/** Shows a person or program a secret: judged and recorded in one step, then opened and sealed to them. Refusals are recorded, too. */
export const revealSecret = async (deps: Deps, opened: Opened, asked: Asked): Promise<Reply> => {
  const way = await wayOut(opened, asked);
  if (!way.ok) return { refusal: way.refusal };
  const [verdict, likely] = await Promise.all([decideReveal(deps, opened, asked), prepareLikely(deps, asked)]);
  if ('refusal' in verdict) return refused(deps, opened, asked, verdict);
  const { fields: _fields, revealedAt, ...shown } = Decided.parse(verdict.ok);
  const decided = { ...shown, fields: _fields, revealedAt };
  if (isTooLate(verdict, decided, deps.clock.now().getTime())) return { refusal: { code: 'seal-expired' } };
  const secret = await open(deps, decided, await stateFor(deps, decided.credentialId, verdict), likely);
  if (!secret.ok) return { refusal: secret.refusal };
  const content = new Sensitive({ fields: secret.value.reveal() });
  if (way.value === null) return opened.request.answer(shown, content);
  const { credentialId, version } = shown;
  const aad = canonicalJson({ v: 1, commandId: opened.commandId, credentialId, version });
  return { ok: { ...shown, sealed: await way.value(content, aad) } };
};

const refused = async (deps: Deps, opened: Opened, asked: Asked, verdict: Extract<Verdict, { refusal: Refusal }>): Promise<Reply> => {
  const { refusal, repeated } = verdict;
  const known = knownOf(await deps.log.state(credentialFold, streamOf.credential(asked.credentialId)));
  const about = known ? { credentialId: known.credentialId, address: known.address } : {};
  if (!repeated) await deps.recordRefusal({ recipient: recipientOf(opened.actor), actor: opened.actor, refusal, ...about });
  return { refusal };
};

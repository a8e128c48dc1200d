import type { Refusal, Reply } from '@keyturn/contracts';
import { SecretRevealedTo, type VaultCommandData } from '@keyturn/contracts/commands';
import { ok, refuse, type Result, Sensitive } from '@keyturn/kernel';
import { canonicalJson, sealerTo, type SealTo } from '@keyturn/sealing';
import { z } from 'zod';
import { judgeReveal, refuseReveal, REPEATABLE_MS } from '../credential/reveal.ts';
import { knownOf, versionOf } from '../credential/state.ts';
import type { VaultDeps } from '../deps.ts';
import { credentialFold, streamOf } from '../folds.ts';
import type { Verdict } from '../ports/command-log.ts';
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

const open = async (deps: Deps, decided: Decided): Promise<Result<Sensitive<Record<string, string>>, Refusal>> => {
  const state = await deps.log.state(credentialFold, streamOf.credential(decided.credentialId));
  const refusal = refuseReveal(state);
  if (refusal) return refuse(refusal);
  const credential = knownOf(state);
  const version = credential && versionOf(credential, decided.version);
  if (!credential || !version) throw new Error(`version ${decided.version} of ${decided.credentialId} is gone`);
  const { fields } = await deps.safe.open(credential, version);
  return ok(new Sensitive(Object.fromEntries(Object.entries(fields.reveal()).filter(([name]) => decided.fields.includes(name)))));
};

/** A repeat is not decided again, but what it would show must still be there, and still be shown to anybody. */
const isTooLate = (verdict: Verdict, { revealedAt }: Decided, now: number): boolean =>
  verdict.repeated && now - Date.parse(revealedAt) > REPEATABLE_MS;

/** Shows a person or program a secret: judged and recorded in one step, then opened and sealed to them. Refusals are recorded, too. */
export const revealSecret = async (deps: Deps, opened: Opened, asked: Asked): Promise<Reply> => {
  const way = await wayOut(opened, asked);
  if (!way.ok) return { refusal: way.refusal };
  const verdict = await decideReveal(deps, opened, asked);
  if ('refusal' in verdict) return refused(deps, opened, asked, verdict);
  const { fields: _fields, revealedAt, ...shown } = Decided.parse(verdict.ok);
  const decided = { ...shown, fields: _fields, revealedAt };
  if (isTooLate(verdict, decided, deps.clock.now().getTime())) return { refusal: { code: 'seal-expired' } };
  const secret = await open(deps, decided);
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

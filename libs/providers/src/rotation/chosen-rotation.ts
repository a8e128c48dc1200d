import { ok, type Result, Sensitive } from '@keyturn/kernel';
import { adapterOf } from '../provider-adapter.ts';
import type { ChosenProvider, IssuerReport, SeenOfIssuer } from '../provider.ts';
import type { ProviderRefusal } from '../refusal.ts';
import type { ChosenValues, Inspection, OpenedFields, ProviderChange } from './rotation-provider.ts';

const refusalOf = ({ missing }: IssuerReport): ProviderRefusal => {
  const wanting = missing.filter(({ needed }) => needed === 'rotation');
  const sentence = wanting.map((one) => (one.statement ? `${one.sentence} ${one.statement}` : one.sentence)).join(' ');
  const isGrantable = wanting.some(({ statement }) => statement !== undefined);
  return isGrantable ? { code: 'issuer-lacks-privilege', sentence, grants: [] } : { code: 'issuer-unfit', sentence };
};

type Secret<Fields> = Fields & { readonly username: string; readonly password: Sensitive<string> };

const sessionsOf = (done: Result<{ readonly ended: number }, ProviderRefusal>): Result<{ readonly sessions: number }, ProviderRefusal> =>
  done.ok ? ok({ sessions: done.value.ended }) : done;

const missingTo = async <Fields>(
  { inspectIssuer }: ChosenProvider<Secret<Fields>>,
  issuer: Secret<Fields>,
  { owner, fence: { credentialId } }: Pick<Inspection, 'owner' | 'fence'>,
): Promise<Result<SeenOfIssuer, ProviderRefusal>> => {
  if (owner === undefined) throw new Error('for whom a chosen value acts was not said');
  const report = await inspectIssuer({ issuer, owner, credentialId });
  return report.ok ? ok({ lacks: report.value.missing }) : report;
};

/** The engine's view of a provider that takes its fields apart itself, and whose logins are found by their user names. */
export const chosenRotation = <Fields>(provider: ChosenProvider<Secret<Fields>>): ChosenValues => {
  const { parseFields } = provider;
  const asIssuer = async <T>(
    issuer: OpenedFields,
    work: (fields: Secret<Fields>) => Promise<Result<T, ProviderRefusal>>,
  ): Promise<Result<T, ProviderRefusal>> => {
    const fields = parseFields(issuer);
    return fields.ok ? work(fields.value) : fields;
  };
  const change = (
    { issuer, fence, providerId: username }: ProviderChange,
    make: 'denyLogins' | 'erase',
  ): Promise<Result<void, ProviderRefusal>> =>
    asIssuer(issuer, async (fields) => {
      const changed = await provider[make]({ issuer: fields, fence, username });
      return changed.ok ? ok(undefined) : changed;
    });
  return {
    strategy: 'chosen',
    test: async ({ fields, owner }) => {
      if (owner === undefined) return adapterOf(provider).test(fields);
      const parsed = parseFields(fields);
      if (!parsed.ok) return { verdict: 'invalid', sentence: parsed.refusal.sentence, elapsedMs: 0 };
      const { sqlState: _ofTheProvider, ...report } = await provider.test({ fields: parsed.value, owner });
      return report;
    },
    isDead: async (fields) => {
      const parsed = parseFields(fields);
      return parsed.ok ? provider.isDead(parsed.value) : { state: 'unknown', sentence: parsed.refusal.sentence };
    },
    inspectIssuer: ({ issuer, ...asked }) => asIssuer(issuer, (fields) => missingTo(provider, fields, asked)),
    plan: ({ issuer, owner, current, liveIds, credentialId }) =>
      asIssuer(issuer, async (fields) => {
        const report = await provider.inspectIssuer({ issuer: fields, owner, credentialId });
        if (!report.ok) return report;
        if (!report.value.ready) return { ok: false, refusal: refusalOf(report.value) };
        const parsed = parseFields(current);
        if (!parsed.ok) return parsed;
        const input = { issuer: fields, owner, current: parsed.value, liveUsernames: liveIds, credentialId };
        const planned = await provider.planCandidate(input);
        if (!planned.ok) return planned;
        const { fields: made, providerObject, expiresAt } = planned.value;
        const { username, password } = made;
        const secret = new Sensitive({ password: password.reveal() });
        return ok({ publicFields: { username }, secret, providerId: providerObject, ...(expiresAt === undefined ? {} : { expiresAt }) });
      }),
    apply: ({ issuer, fence, owner, fields }) =>
      asIssuer(issuer, async (as) => {
        const parsed = parseFields(fields);
        if (!parsed.ok) return parsed;
        const applied = await provider.apply({ issuer: as, fence, owner, fields: parsed.value });
        return applied.ok ? ok(undefined) : applied;
      }),
    sampleUse: ({ issuer, providerId }) => asIssuer(issuer, (fields) => provider.sampleUse({ issuer: fields, username: providerId })),
    denyUse: (asked) => change(asked, 'denyLogins'),
    endUse: ({ issuer, fence, providerId: username }) =>
      asIssuer(issuer, async (fields) => sessionsOf(await provider.endSessions({ issuer: fields, fence, username }))),
    erase: (asked) => change(asked, 'erase'),
  };
};

import { ok, refuse, type Result } from '@keyturn/kernel';
import type { ProviderHttp } from '../http/index.ts';
import { announcedAt } from '../issued/handle.ts';
import { type IssuerCaller, type IssuerCalls, unreachable } from '../issued/issuer-calls.ts';
import { sampleOfLastUse } from '../issued/last-used.ts';
import { eraseIssued, issueAnnounced } from '../issued/premises.ts';
import { llmAdapter } from '../llm/index.ts';
import type { ProviderAdapter } from '../provider-adapter.ts';
import type { UseSample } from '../provider.ts';
import type { ProviderRefusal } from '../refusal.ts';
import { assistedRotation } from '../rotation/assisted-rotation.ts';
import type { Announcement, IssuedValues, OpenedFields } from '../rotation/rotation-provider.ts';
import { openAiAdminApi } from './admin-api.ts';
import { OPENAI, type OpenAiKeyFields, parseAdminFields, parseKeyFields } from './fields.ts';
import { findKey, keyShownAs } from './find-key.ts';
import { accountsOf, createAccount, keyOfAccount, listKeys, placeOf, premisesOf, readKey, seeAccounts } from './project.ts';

type Outcome<T> = Promise<Result<T, ProviderRefusal>>;
type Input<Name extends 'announce' | 'sampleUse' | 'identify' | 'inspectIssuer'> = Parameters<IssuedValues[Name]>[0];

export type OpenAiRotationOptions = {
  readonly http: ProviderHttp;
  readonly baseUrl?: string | undefined;
  readonly now: () => Date;
  readonly wait: (ms: number) => Promise<void>;
};

type OpenAi = { readonly api: IssuerCalls; readonly adapter: ProviderAdapter; readonly baseUrl: string; readonly now: () => Date };

const asIssuer = async <T>({ baseUrl }: OpenAi, issuer: OpenedFields, work: (caller: IssuerCaller) => Outcome<T>): Outcome<T> => {
  const fields = parseAdminFields(issuer);
  return fields.ok ? work({ token: fields.value.adminKey, baseUrl }) : fields;
};

/** Only who has a key that works may have another one made beside it: how a key is shown proves nothing. */
const refuseUnlessWorking = async ({ adapter }: OpenAi, fields: OpenedFields, isLimitedFine: boolean): Promise<ProviderRefusal | null> => {
  const { verdict, sentence } = await adapter.test(fields);
  switch (verdict) {
    case 'valid':
      return null;
    case 'unreachable':
    case 'rate-limited':
      return unreachable(sentence);
    case 'invalid':
      return { code: 'provider-refused', sentence: `${sentence} Give the credential a working value first.` };
    case 'forbidden':
      return isLimitedFine
        ? null
        : {
            code: 'provider-refused',
            sentence: `${sentence} Another one is made only once this one is let in, and isn't limited to some calls.`,
          };
  }
};

type Of = { readonly fields: OpenAiKeyFields; readonly credentialId: string };

const find = (openAi: OpenAi, issuer: OpenedFields, { fields, credentialId }: Of): Outcome<string> =>
  asIssuer(openAi, issuer, async (caller): Outcome<string> => {
    const { apiKey, projectId } = fields;
    const keys = await listKeys(openAi.api, caller, { projectId, sought: keyShownAs(apiKey) });
    return keys.ok ? findKey(keys.value.items, { apiKey, projectId, credentialId }) : keys;
  });

const announce = async (openAi: OpenAi, { issuer, current, fence, known = '' }: Input<'announce'>): Outcome<Announcement> => {
  const of = parseKeyFields(current);
  if (!of.ok) return of;
  const { projectId } = of.value;
  const candidate = announcedAt(accountsOf(projectId), fence);
  const place = placeOf(known);
  if (place?.projectId === projectId) return ok({ current: known, candidate });
  if (place)
    return refuse({
      code: 'fields-invalid',
      field: 'projectId',
      sentence: `The key of today is of ${place.projectId}, and its field says ${projectId}: give the credential a key of that project first.`,
    });
  const refusal = await refuseUnlessWorking(openAi, current, false);
  if (refusal) return refuse(refusal);
  const found = await find(openAi, issuer, { fields: of.value, credentialId: fence.credentialId });
  return found.ok ? ok({ current: found.value, candidate }) : found;
};

const UNSEEN = "OpenAI doesn't show whether an admin key may write, which a rotation needs.";

/** The key of today is found, and the accounts of its project are seen. Whether the admin key may create one OpenAI tells nobody who only reads. */
const inspect = async (openAi: OpenAi, input: Input<'inspectIssuer'>): ReturnType<IssuedValues['inspectIssuer']> => {
  const of = parseKeyFields(input.current);
  if (!of.ok) return of;
  const seen = await asIssuer(openAi, input.issuer, (caller) => seeAccounts(openAi.api, caller, of.value.projectId));
  if (!seen.ok) return seen;
  const announced = await announce(openAi, input);
  return announced.ok ? ok({ lacks: [], unseen: UNSEEN }) : announced;
};

const identify = async (openAi: OpenAi, { issuer, fields, credentialId }: Input<'identify'>): Outcome<string> => {
  const of = parseKeyFields(fields);
  if (!of.ok) return of;
  const refusal = await refuseUnlessWorking(openAi, fields, true);
  return refusal ? refuse(refusal) : find(openAi, issuer, { fields: of.value, credentialId });
};

const toIso = (seconds: number): string => new Date(seconds * 1000).toISOString();
const latest = (times: readonly (number | null | undefined)[]): string | null => {
  const known = times.filter((time) => typeof time === 'number');
  return known.length === 0 ? null : toIso(Math.max(...known));
};

/** A service account counts as used by whichever of its keys: all of them end with it. */
const sampleUse = (openAi: OpenAi, { issuer, providerId, since }: Input<'sampleUse'>): Outcome<UseSample> =>
  asIssuer(openAi, issuer, async (caller): Outcome<UseSample> => {
    const { api, now } = openAi;
    const place = placeOf(providerId);
    if (!place) return refuse({ code: 'provider-refused', sentence: `OpenAI knows nothing by ${providerId}.` });
    const { projectId, accountId } = place;
    if (accountId === null) {
      const key = await readKey(api, caller, providerId);
      return key.ok ? ok(sampleOfLastUse(latest([key.value.body?.last_used_at]), key.value.at ?? now().toISOString(), since)) : key;
    }
    const keys = await listKeys(api, caller, { projectId, sought: keyOfAccount(accountId) });
    if (!keys.ok) return keys;
    const its = keys.value.items.filter(({ owner }) => owner.service_account?.id === accountId);
    return ok(sampleOfLastUse(latest(its.map((key) => key.last_used_at)), keys.value.at ?? now().toISOString(), since));
  });

/**
 * Rotates OpenAI keys of a project: the next one is the key of a new service account there, which carries our handle as its name, and the old
 * one ends with its account, or by itself where a person made it. OpenAI can't shut a key out for a while: the first step of its revoke deletes
 * it. ADR-0022, ADR-0031.
 */
export const openAiRotation = ({ http, baseUrl = OPENAI, now, wait }: OpenAiRotationOptions): IssuedValues => {
  const openAi = { api: openAiAdminApi({ http, wait }), adapter: llmAdapter(() => http, { openai: baseUrl }), baseUrl, now };
  const { api, adapter } = openAi;
  return {
    ...assistedRotation(adapter),
    strategy: 'issued',
    inspectIssuer: (input) => inspect(openAi, input),
    announce: (input) => announce(openAi, input),
    issue: ({ issuer, ...asked }) =>
      asIssuer(openAi, issuer, (caller) => issueAnnounced(premisesOf(api, caller), asked, (at) => createAccount(api, caller, at))),
    identify: (input) => identify(openAi, input),
    sampleUse: (input) => sampleUse(openAi, input),
    denyUse: ({ issuer, providerId }) => asIssuer(openAi, issuer, (caller) => premisesOf(api, caller).remove(providerId)),
    erase: ({ issuer, ...ending }) => asIssuer(openAi, issuer, (caller) => eraseIssued(premisesOf(api, caller), ending)),
  };
};

import { ok, refuse, type Result } from '@keyturn/kernel';
import { z } from 'zod';
import { isOf } from '../issued/handle.ts';
import { accountsOf, type ProjectKey } from './project.ts';
import type { ProviderRefusal } from '../refusal.ts';

const HIDDEN = /[*.…•]{3,}|…/u;

/** Is this how OpenAI would show the key: its beginning, something hidden, its end? */
export const isShownAs = (apiKey: string, redacted: string): boolean => {
  const [head = '', ...rest] = redacted.split(HIDDEN);
  const tail = rest.at(-1) ?? '';
  return (
    rest.length > 0 && tail.length >= 3 && apiKey.length > head.length + tail.length && apiKey.startsWith(head) && apiKey.endsWith(tail)
  );
};

/** A key that is shown as this one would be, whatever else it is: which one it is can't be said without it. */
export const keyShownAs = (apiKey: string): z.ZodType =>
  z.object({ redacted_value: z.string().refine((shown) => isShownAs(apiKey, shown)) });

/** What finds a key: the service account that was made for it, or the key where a person owns it. A key of another account can't be ended. */
const pathOf = (credentialId: string, projectId: string, { id, owner }: ProjectKey): Result<string, ProviderRefusal> => {
  const account = owner.service_account;
  if (!account) return ok(`organization/projects/${projectId}/api_keys/${id}`);
  if (isOf(credentialId, account.name)) return ok(`${accountsOf(projectId)}/${account.id}`);
  return refuse({
    code: 'provider-refused',
    sentence:
      'The key of today belongs to a service account that wasn’t made for this credential, and OpenAI deletes such a key only with its account: ' +
      'give the credential a key of a person first.',
  });
};

/** OpenAI says of no key which one it is; it is found among those of the project by how it is shown, if only one is shown so. */
export const findKey = (
  keys: readonly ProjectKey[],
  { apiKey, projectId, credentialId }: { readonly apiKey: string; readonly projectId: string; readonly credentialId: string },
): Result<string, ProviderRefusal> => {
  const alike = keys.filter(({ redacted_value }) => isShownAs(apiKey, redacted_value));
  const [found] = alike;
  if (found && alike.length === 1) return pathOf(credentialId, projectId, found);
  const why = found ? `shows ${alike.length} keys alike` : 'shows no key like it';
  return refuse({
    code: 'provider-refused',
    sentence: `Which key of ${projectId} the one of today is can't be said: OpenAI ${why}. Check the project id, or give it a key of that project.`,
  });
};

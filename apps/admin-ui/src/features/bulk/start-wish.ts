import { CredentialType, ProviderName } from '@keyturn/contracts';
import { BulkRotationBody, MOST_BULK_MEMBERS } from '@keyturn/contracts/api';
import { bulk as bulkWords } from '../../strings-bulk.ts';
import type { BulkWish, Filter } from './bulk-queries.ts';

const text = bulkWords.start;

/** What stands in the form that starts a bulk rotation. */
export type Wish = {
  readonly service: string;
  readonly provider: string;
  readonly type: string;
  readonly tag: string;
  readonly reason: 'manual' | 'compromised';
  readonly most: number | string;
  readonly failures: number | string;
  readonly note: string;
};
export const FIRST_WISH: Wish = { service: '', provider: '', type: '', tag: '', reason: 'manual', most: 10, failures: 3, note: '' };

const given = (name: string, typed: string): Record<string, string> => (typed.trim() === '' ? {} : { [name]: typed.trim() });

/** Whom it means; null as long as it means nobody. */
export const filterOf = ({ service, provider, type, tag }: Wish): Filter | null => {
  const filter: Filter = {
    ...given('service', service),
    ...given('provider', ProviderName.options.find((name) => name === provider) ?? ''),
    ...given('credentialType', CredentialType.options.find((name) => name === type) ?? ''),
    ...given('tag', tag),
  };
  return Object.keys(filter).length === 0 ? null : filter;
};

/** What is sent. `ids`: those that were chosen one by one, instead of a filter. */
export const bodyOf = (wish: Wish, ids: readonly string[] | null): BulkWish => {
  const { service, credentialType, tag } = filterOf(wish) ?? {};
  const provider = ProviderName.options.find((name) => name === wish.provider);
  const type = CredentialType.options.find((name) => name === credentialType);
  return {
    ...(ids === null
      ? {
          ...(service === undefined ? {} : { service }),
          ...(provider === undefined ? {} : { provider }),
          ...(type === undefined ? {} : { credentialType: type }),
          ...(tag === undefined ? {} : { tag }),
        }
      : { ids: [...ids] }),
    reason: wish.reason,
    maxInFlight: Number(wish.most),
    stopAfterFailures: wish.failures === '' ? null : Number(wish.failures),
    ...given('note', wish.note),
  };
};

export type WishErrors = Partial<Record<'service' | 'tag' | 'ids' | 'most' | 'failures' | 'note', string>>;

const errorAt = (path: string, meansNobody: boolean): WishErrors => {
  switch (path) {
    case 'service':
      return { service: meansNobody ? text.nothing : text.serviceWrong };
    case 'tag':
      return { tag: text.tagWrong };
    case 'ids':
      return { ids: bulkWords.actions.tooMany(MOST_BULK_MEMBERS) };
    case 'maxInFlight':
      return { most: text.mostWrong };
    case 'stopAfterFailures':
      return { failures: text.failuresWrong(MOST_BULK_MEMBERS) };
    default:
      return { note: text.noteWrong };
  }
};

/** What is wrong with it, by input; the bounds are the contract's. */
export const checkWish = (wish: Wish, ids: readonly string[] | null): WishErrors => {
  const { error } = BulkRotationBody.safeParse(bodyOf(wish, ids));
  const meansNobody = filterOf(wish) === null;
  return (error?.issues ?? []).reduce<WishErrors>((all, { path }) => ({ ...all, ...errorAt(String(path[0]), meansNobody) }), {});
};

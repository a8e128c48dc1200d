import { EnvironmentList } from '@keyturn/contracts/api';
import { queryOptions } from '@tanstack/react-query';
import { credentialKeys } from '../../shared/api/credential-keys.ts';
import { get } from '../../shared/api/request.ts';

/** Under the list's key, so that a registration that overrules one is seen at once. */
export const environmentQuery = queryOptions({
  queryKey: [...credentialKeys.list(), 'environment'],
  queryFn: ({ signal }) => get('/api/v1/admin/environment-credentials', EnvironmentList, { signal }),
});

/** The variables that the vault answers with, because nothing stored overrules them. */
export const environmentNames = (list: EnvironmentList | undefined): readonly string[] =>
  list?.items.filter(({ overruled }) => !overruled).flatMap(({ variables }) => variables) ?? [];

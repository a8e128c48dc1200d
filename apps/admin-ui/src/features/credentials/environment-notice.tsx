import { EnvironmentList } from '@keyturn/contracts/api';
import { IconAlertTriangle } from '@tabler/icons-react';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { credentialKeys } from '../../shared/api/credential-keys.ts';
import { get } from '../../shared/api/request.ts';
import { Notice } from '../../shared/state/notice.tsx';
import { strings } from '../../strings.ts';

const text = strings.credentials.environment;

/** Under the list's key, so that a registration that overrules one is seen at once. */
const environmentQuery = queryOptions({
  queryKey: [...credentialKeys.list(), 'environment'],
  queryFn: ({ signal }) => get('/api/v1/admin/environment-credentials', EnvironmentList, { signal }),
});

/** Warns while the vault answers with credentials that only its environment has. */
export const EnvironmentNotice = () => {
  const { data } = useQuery(environmentQuery);
  const names = data?.items.filter(({ overruled }) => !overruled).flatMap(({ variables }) => variables) ?? [];
  if (names.length === 0) return null;
  return (
    <Notice tone="warn" icon={<IconAlertTriangle size={18} />} title={text.title} role="status">
      {text.detail(names.join(', '))}
    </Notice>
  );
};

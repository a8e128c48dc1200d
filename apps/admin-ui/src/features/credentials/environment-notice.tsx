import { IconAlertTriangle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Notice } from '../../shared/state/notice.tsx';
import { strings } from '../../strings.ts';
import { environmentNames, environmentQuery } from './environment-query.ts';

const text = strings.credentials.environment;

/** Warns while the vault answers with credentials that only its environment has. */
export const EnvironmentNotice = () => {
  const { data } = useQuery(environmentQuery);
  const names = environmentNames(data);
  if (names.length === 0) return null;
  return (
    <Notice tone="warn" icon={<IconAlertTriangle size={18} />} title={text.title} role="status">
      {text.detail(names.join(', '))}
    </Notice>
  );
};

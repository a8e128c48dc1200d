import { IconHistory } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Notice } from '../../shared/state/notice.tsx';
import { strings } from '../../strings.ts';
import { restoreQueries } from './restore-queries.ts';
import classes from './restore-banner.module.css';

/** Says what the vault waits for after a restore, as long as it holds something back. */
export const RestoreBanner = () => {
  const { data } = useQuery(restoreQueries.status());
  const restore = data?.restore ?? null;
  return (
    <div role="status">
      {restore?.status === 'held' && (
        <div className={classes['banner']}>
          <Notice tone="warn" icon={<IconHistory size={18} />} title={strings.restore.title}>
            {restore.sentence}
          </Notice>
        </div>
      )}
    </div>
  );
};

import { IconGavel } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Notice } from '../../shared/state/notice.tsx';
import { auditQueries } from './audit-queries.ts';
import { auditWords } from './audit-words.ts';
import classes from './audit-banner.module.css';

/** Says that audit convicts the log, or cannot go on; nothing while all is well or nobody answers. */
export const AuditBanner = () => {
  const { data } = useQuery(auditQueries.status());
  const words = data === undefined ? null : auditWords(data);
  return (
    <div role="alert">
      {words !== null && (
        <div className={classes['banner']}>
          <Notice tone={words.tone} icon={<IconGavel size={18} />} title={words.title}>
            {words.sentences.map((sentence) => (
              <div key={sentence}>{sentence}</div>
            ))}
          </Notice>
        </div>
      )}
    </div>
  );
};

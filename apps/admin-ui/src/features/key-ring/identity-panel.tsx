import { IconAlertTriangle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Notice } from '../../shared/state/notice.tsx';
import { ProblemAlert } from '../../shared/state/problem-alert.tsx';
import { RelativeTime } from '../../shared/time/relative-time.tsx';
import { keyRing as keyRingWords } from '../../strings-key-ring.ts';
import { sealingQueries } from '../sealing/sealing-queries.ts';
import { vaultMemory } from '../sealing/vault-memory.ts';
import classes from './key-ring.module.css';

const text = keyRingWords.identityPanel;

const Known = ({ shown }: { readonly shown: string }) => {
  const known = vaultMemory.read();
  if (known === null) return <p className="kt-sub">{text.firstUse}</p>;
  if (known.identity !== shown) {
    return (
      <Notice tone="bad" role="alert" icon={<IconAlertTriangle size={18} />}>
        {text.differs(known.identity)}
      </Notice>
    );
  }
  return (
    <p className="kt-sub">
      {text.knownSince} <RelativeTime at={known.since} />
    </p>
  );
};

/** The identity that signs what this browser seals to, to be compared with what others see. */
export const IdentityPanel = () => {
  const { data, error } = useQuery(sealingQueries.keys());
  return (
    <section className={`kt-card ${classes['panel']}`} aria-label={text.title}>
      <div className={classes['head']}>
        <h2 className={classes['title']}>{text.title}</h2>
      </div>
      <p className="kt-dim">{text.lead}</p>
      {data !== undefined && (
        <>
          <p className={`kt-mono ${classes['identity']}`}>{data.identityPublicKey}</p>
          <Known shown={data.identityPublicKey} />
        </>
      )}
      {data === undefined && (error === null ? <p role="status">{text.loading}</p> : <ProblemAlert error={error} />)}
    </section>
  );
};

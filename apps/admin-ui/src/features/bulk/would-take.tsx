import { MOST_BULK_MEMBERS } from '@keyturn/contracts/api';
import type { CredentialSummary } from '@keyturn/contracts/api';
import { Button } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { ProblemAlert } from '../../shared/state/problem-alert.tsx';
import { strings } from '../../strings.ts';
import { bulk as bulkWords } from '../../strings-bulk.ts';
import classes from './bulk.module.css';
import { bulkQueries, NAMED } from './bulk-queries.ts';
import type { Filter } from './bulk-queries.ts';

const text = bulkWords.start;
const DEBOUNCE_MS = 300;

/** Why it would not be rotated when its turn comes, as far as the list tells. */
const hindrance = ({ status, openEpoch }: CredentialSummary): string | null => {
  if (status === 'disabled') return text.hindered.disabled;
  if (status === 'deleting') return text.hindered.deleting;
  return openEpoch === null ? null : text.hindered.open;
};

const Named = ({
  items,
  rest,
}: {
  readonly items: ReadonlyArray<{ readonly address: string; readonly why: string | null }>;
  readonly rest: number;
}) => (
  <ul className={classes['named']}>
    {items.map(({ address, why }) => (
      <li key={address}>
        <span className="kt-mono">{address}</span> {why !== null && <span className="kt-dim">{why}</span>}
      </li>
    ))}
    {rest > 0 && <li className="kt-dim">{bulkWords.more(rest)}</li>}
  </ul>
);

/** What a filter would take now; null as long as that isn't known of this very filter. */
export const useWouldTake = (filter: Filter | null) => {
  const typed = JSON.stringify(filter);
  const [asked] = useDebouncedValue(typed, DEBOUNCE_MS);
  const isAsked = filter !== null && asked === typed;
  const { data, error, refetch } = useQuery({ ...bulkQueries.wouldTake(filter ?? {}), enabled: isAsked });
  const problem = isAsked ? error : null;
  const taken = isAsked && problem === null ? (data ?? null) : null;
  return { taken, problem, isComing: filter !== null && taken === null && problem === null, retry: () => void refetch() };
};
type Would = ReturnType<typeof useWouldTake>;

/** Could it be started, as far as what it would take tells? Not before that is known; where nobody is meant, the form says so. */
export const isStartable = ({ taken, problem, isComing }: Would): boolean =>
  taken === null ? !isComing && problem === null : taken.total <= MOST_BULK_MEMBERS;

/** What would be taken, before anything is started. */
export const WouldTake = ({ taken, problem, isComing, retry }: Would) => {
  const { total = 0, totalIsAtLeast = false } = taken ?? {};
  const items = (taken?.items ?? []).map((credential) => ({ address: credential.address, why: hindrance(credential) }));
  return (
    <section className={classes['would']} aria-label={text.would.region}>
      <p role="status" className="kt-dim">
        {taken !== null && text.would.take(total, totalIsAtLeast)}
        {taken === null && problem === null && (isComing ? text.would.coming : text.would.unknown)}
        {total > MOST_BULK_MEMBERS && ` ${text.would.tooMany(MOST_BULK_MEMBERS)}`}
      </p>
      {problem !== null && (
        <>
          <ProblemAlert error={problem} />
          <Button variant="default" size="xs" mt="xs" onClick={retry}>
            {strings.states.retry}
          </Button>
        </>
      )}
      {items.length > 0 && <Named items={items} rest={total - items.length} />}
    </section>
  );
};

type ChosenProps = {
  readonly addresses: readonly string[];
  /** Why they can't be rotated together. */
  readonly problem: string | null;
};

/** Those that were chosen one by one. */
export const Chosen = ({ addresses, problem }: ChosenProps) => (
  <section className={classes['would']} aria-label={text.would.region}>
    {problem !== null && <p role="alert">{problem}</p>}
    <Named items={addresses.slice(0, NAMED).map((address) => ({ address, why: null }))} rest={addresses.length - NAMED} />
  </section>
);

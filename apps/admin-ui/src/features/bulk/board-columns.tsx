import type { BulkMemberStatus, BulkMemberView } from '@keyturn/contracts/api';
import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useRef } from 'react';
import { AddressText } from '../../shared/state/address-text.tsx';
import { useKeptFocus } from '../../shared/state/focus.ts';
import { bulk as bulkWords } from '../../strings-bulk.ts';
import classes from './bulk.module.css';
import { MORE } from './bulk-queries.ts';
import type { Board } from './bulk-queries.ts';
import { STANDINGS, wordOfMember } from './bulk-words.ts';

const text = bulkWords;
/** Seldom of use: shown only where there is one. */
const RARE: ReadonlySet<BulkMemberStatus> = new Set(['skipped', 'cancelled']);

const Member = ({ member }: { readonly member: BulkMemberView }) => {
  const { credentialId, address, epoch, step, sentence } = member;
  const word = wordOfMember(member);
  return (
    <li className={classes['member']}>
      <Link
        to="/admin/system/credentials/$credentialId"
        params={{ credentialId }}
        search={epoch === null ? {} : { epoch }}
        className={classes['memberLink']}
      >
        <AddressText address={address} />
      </Link>
      {word !== null && <span className="kt-sub">{word}</span>}
      {step !== null && sentence !== null && <span className="kt-sub">{sentence}</span>}
    </li>
  );
};

type ColumnProps = {
  readonly standing: BulkMemberStatus;
  readonly members: readonly BulkMemberView[];
  readonly count: number;
  readonly onMore: () => void;
};

const Column = ({ standing, members, count, onMore }: ColumnProps) => {
  const list = useRef<HTMLUListElement>(null);
  const kept = useKeptFocus(list);
  const rest = count - members.length;
  return (
    <section className={`kt-card ${classes['column']}`} aria-label={text.counts[standing]} data-part={standing}>
      <h2 className={classes['columnHead']}>
        {text.counts[standing]} <span className="kt-number kt-dim">{count.toLocaleString()}</span>
      </h2>
      {count === 0 ? (
        <p className="kt-dim">{text.columnEmpty[standing]}</p>
      ) : (
        <ul ref={list} className={classes['members']} tabIndex={-1}>
          {members.map((member) => (
            <Member key={member.credentialId} member={member} />
          ))}
        </ul>
      )}
      {rest > 0 && (
        <Button variant="subtle" size="compact-sm" mt="xs" onClick={onMore} {...kept}>
          {text.showMore(Math.min(rest, MORE), rest)}
        </Button>
      )}
    </section>
  );
};

type Props = { readonly board: Board; readonly onMore: (standing: BulkMemberStatus) => void };

/** Each credential below how it stands. */
export const BoardColumns = ({ board: { run, members }, onMore }: Props) => (
  <div className={classes['board']}>
    {STANDINGS.filter((standing) => !RARE.has(standing) || run.counts[standing] > 0).map((standing) => (
      <Column key={standing} standing={standing} members={members[standing]} count={run.counts[standing]} onMore={() => onMore(standing)} />
    ))}
  </div>
);

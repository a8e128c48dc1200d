import { Button } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { AddressText } from '../../shared/state/address-text.tsx';
import { overview as overviewWords } from '../../strings-overview.ts';
import type { Need } from './needs.ts';
import { NEED_SEARCHES } from './overview-queries.ts';
import classes from './overview.module.css';
import type { Unlisted } from './use-overview.ts';

const text = overviewWords.needs;
const SHOWN = 12;

type Props = {
  readonly needs: readonly Need[];
  /** Whether the rotations that failed are among them. */
  readonly hasFailed: boolean;
  /** The needs that are not among them, by the list that has them. */
  readonly unlisted: readonly Unlisted[];
  readonly untested: number;
  readonly environment: readonly string[];
};

/** What waits for a person, the most pressing first. */
export const NeedList = ({ needs, hasFailed, unlisted, untested, environment }: Props) => {
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? needs : needs.slice(0, SHOWN);
  const hidden = needs.length - shown.length;
  if (hasFailed && needs.length === 0 && untested === 0 && environment.length === 0) {
    return (
      <div className={classes['calm']} data-tone="good">
        <IconCircleCheck size={22} aria-hidden />
        <div>
          <strong>{text.all}</strong>
          <span className="kt-sub">{text.allDetail}</span>
        </div>
      </div>
    );
  }
  return (
    <ul className={classes['needs']}>
      {environment.length > 0 && (
        <li data-tone="warn">
          <span className={classes['dot']} aria-hidden />
          <span>{text.environment(environment.join(', '))}</span>
        </li>
      )}
      {shown.map(({ credentialId, address, tone, what, detail, epoch }) => (
        <li key={`${credentialId}/${what}`} data-tone={tone}>
          <span className={classes['dot']} aria-hidden />
          <Link
            to="/admin/system/credentials/$credentialId"
            params={{ credentialId }}
            search={epoch === undefined ? {} : { epoch }}
            className={classes['needLink']}
          >
            <AddressText address={address} />
          </Link>
          <span className={classes['what']}>
            {what}
            {detail !== undefined && <span className="kt-sub">{detail}</span>}
          </span>
        </li>
      ))}
      {hidden > 0 && (
        <li>
          <Button variant="subtle" size="compact-sm" onClick={() => setWhole(true)}>
            {text.showMore(hidden)}
          </Button>
        </li>
      )}
      {hidden === 0 &&
        unlisted.map(({ name, count }) => (
          <li key={name}>
            <span className={classes['dot']} aria-hidden />
            <Link to="/admin/system/credentials" search={NEED_SEARCHES[name]} className={classes['needLink']}>
              {text.more[name](count)}
            </Link>
          </li>
        ))}
      {!hasFailed && (
        <li>
          <span className={classes['dot']} aria-hidden />
          <span>{text.failedUntold}</span>
        </li>
      )}
      {untested > 0 && (
        <li data-tone="idle">
          <span className={classes['dot']} aria-hidden />
          <Link to="/admin/system/credentials" search={{ scope: 'system', untested: true }} className={classes['needLink']}>
            {text.untested(untested)}
          </Link>
        </li>
      )}
    </ul>
  );
};

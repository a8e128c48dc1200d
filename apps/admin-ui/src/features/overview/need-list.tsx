import { IconCircleCheck } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { AddressText } from '../../shared/state/address-text.tsx';
import { strings } from '../../strings.ts';
import type { Need } from './needs.ts';
import classes from './overview.module.css';

const text = strings.overview.needs;
const SHOWN = 12;

type Props = { readonly needs: readonly Need[]; readonly untested: number; readonly environment: readonly string[] };

/** What waits for a person, the most pressing first. */
export const NeedList = ({ needs, untested, environment }: Props) => {
  if (needs.length === 0 && untested === 0 && environment.length === 0) {
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
      {needs.slice(0, SHOWN).map(({ credentialId, address, tone, what, detail }) => (
        <li key={`${credentialId}/${what}`} data-tone={tone}>
          <span className={classes['dot']} aria-hidden />
          <Link to="/admin/system/credentials/$credentialId" params={{ credentialId }} className={classes['needLink']}>
            <AddressText address={address} />
          </Link>
          <span className={classes['what']}>
            {what}
            {detail !== undefined && <span className="kt-sub">{detail}</span>}
          </span>
        </li>
      ))}
      {needs.length > SHOWN && (
        <li>
          <span className="kt-dim">{text.more(needs.length - SHOWN)}</span>
        </li>
      )}
      {untested > 0 && (
        <li data-tone="idle">
          <span className={classes['dot']} aria-hidden />
          <Link to="/admin/system/credentials" search={{ untested: true }} className={classes['needLink']}>
            {text.untested(untested)}
          </Link>
        </li>
      )}
    </ul>
  );
};

import type { CredentialSummary } from '@keyturn/contracts/api';
import { Link } from '@tanstack/react-router';
import { AddressText } from '../../shared/state/address-text.tsx';
import { StatusBadge } from '../../shared/state/status-badge.tsx';
import { RelativeTime } from '../../shared/time/relative-time.tsx';
import { strings } from '../../strings.ts';
import { titleOfType } from '../credential-form/form-fields.ts';
import { OpenRotationBadge } from '../rotation/rotation-badge.tsx';
import classes from './credential-table.module.css';
import { CredentialMarks } from './credential-marks.tsx';
import { firstMask, whereItLogsIn } from './describe-credential.ts';

const text = strings.credentials;

const nameAndType = ({ displayName, credentialType }: CredentialSummary): string =>
  [displayName, titleOfType(credentialType)].filter((part) => part !== null).join(' · ');

/** What goes on with it, or that it is given to nobody. */
const State = ({ credential: { credentialId, status, openEpoch } }: { readonly credential: CredentialSummary }) => {
  if (status === 'disabled') return <StatusBadge tone="warn">{strings.lifecycle.status.disabled}</StatusBadge>;
  if (status === 'deleting' || status === 'deleted') return <StatusBadge tone="bad">{strings.lifecycle.status[status]}</StatusBadge>;
  if (openEpoch !== null) return <OpenRotationBadge credentialId={credentialId} epoch={openEpoch} />;
  return <StatusBadge tone="idle">{text.steady}</StatusBadge>;
};

const Row = ({ credential }: { readonly credential: CredentialSummary }) => {
  const { user, at } = whereItLogsIn(credential);
  return (
    <tr className={classes['row']}>
      <td>
        <Link
          to="/admin/system/credentials/$credentialId"
          params={{ credentialId: credential.credentialId }}
          className={classes['link']}
          data-row-link
        >
          <AddressText address={credential.address} />
        </Link>
        <span className="kt-sub">
          {nameAndType(credential)}
          <CredentialMarks credential={credential} />
        </span>
      </td>
      <td className={classes['full']}>
        <span className="kt-mono">{user}</span>
        <span className={`kt-sub ${classes['where']}`} title={at}>
          {at}
        </span>
      </td>
      <td className={`${classes['narrowHidden']} kt-mono kt-dim kt-nowrap`}>{firstMask(credential)}</td>
      <td className={`${classes['right']} kt-number`}>
        {credential.current === null ? <span className="kt-dim">{text.noVersion}</span> : text.version(credential.current)}
        <span className={classes['cardlabel']}> · {strings.consumers.generation(credential.generation)}</span>
      </td>
      <td className={`${classes['right']} ${classes['narrowHidden']} ${classes['wide']} kt-number`}>{credential.generation}</td>
      <td className={classes['when']}>
        <span className={classes['over']}>
          {credential.lastRotatedAt === null ? (
            <span className="kt-dim">{text.never}</span>
          ) : (
            <RelativeTime at={credential.lastRotatedAt} />
          )}
        </span>
      </td>
      <td className={classes['stateCell']}>
        <State credential={credential} />
      </td>
    </tr>
  );
};

/** The credentials, a row each; on a narrow screen each row is a card. */
export const CredentialTable = ({ credentials }: { readonly credentials: readonly CredentialSummary[] }) => (
  <table className={`kt-table ${classes['table']}`} aria-label={text.table}>
    <thead>
      <tr>
        <th scope="col">{text.columns.address}</th>
        <th scope="col">{text.columns.where}</th>
        <th scope="col">{text.columns.secret}</th>
        <th scope="col" className={classes['right']}>
          {text.columns.version}
        </th>
        <th scope="col" className={`${classes['right']} ${classes['wide']}`}>
          {text.columns.generation}
        </th>
        <th scope="col">{text.columns.rotated}</th>
        <th scope="col" className={classes['state']}>
          {text.columns.state}
        </th>
      </tr>
    </thead>
    <tbody>
      {credentials.map((credential) => (
        <Row key={credential.credentialId} credential={credential} />
      ))}
    </tbody>
  </table>
);

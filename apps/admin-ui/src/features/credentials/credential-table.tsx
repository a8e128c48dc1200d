import type { CredentialSummary } from '@keyturn/contracts/api';
import type { CredentialSort } from '@keyturn/contracts/queries';
import { UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
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
import { sortedBy } from './list-search.ts';
import type { ListSearch } from './list-search.ts';
import { useCredentialRows } from './use-credential-rows.ts';
import type { CredentialRows } from './use-credential-rows.ts';

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

type RowProps = { readonly credential: CredentialSummary; readonly index: number; readonly measure: CredentialRows['measure'] };

const Row = ({ credential, index, measure }: RowProps) => {
  const { user, at } = whereItLogsIn(credential);
  return (
    <tr ref={measure} className={classes['row']} data-index={index} aria-rowindex={index + 2}>
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

/** Room for the rows that are out of sight. */
const Spacer = ({ height }: { readonly height: number }) =>
  height <= 0 ? null : (
    <tr aria-hidden className={classes['spacer']}>
      <td colSpan={COLUMNS} style={{ height }} />
    </tr>
  );

type HeadProps = { readonly search: ListSearch; readonly onSearch: (search: ListSearch) => void };

/** A column's name, and the way to have the list sorted by it. */
const SortedBy = ({ column, name, search, onSearch }: HeadProps & { readonly column: CredentialSort; readonly name: string }) => {
  const isIt = (search.sort ?? 'address') === column;
  const order = search.order ?? 'asc';
  return (
    <th scope="col" aria-sort={isIt ? (order === 'asc' ? 'ascending' : 'descending') : 'none'}>
      <UnstyledButton className={classes['sort'] ?? ''} onClick={() => onSearch(sortedBy(search, column))}>
        {name}
        {isIt && (order === 'asc' ? <IconArrowUp size={14} aria-hidden /> : <IconArrowDown size={14} aria-hidden />)}
      </UnstyledButton>
    </th>
  );
};

const COLUMNS = 7;

const Head = (props: HeadProps) => (
  <thead>
    <tr aria-rowindex={1}>
      <SortedBy {...props} column="address" name={text.columns.address} />
      <th scope="col">{text.columns.where}</th>
      <th scope="col">{text.columns.secret}</th>
      <th scope="col" className={classes['right']}>
        {text.columns.version}
      </th>
      <th scope="col" className={`${classes['right']} ${classes['wide']}`}>
        {text.columns.generation}
      </th>
      <SortedBy {...props} column="rotated" name={text.columns.rotated} />
      <th scope="col" className={classes['state']}>
        {text.columns.state}
      </th>
    </tr>
  </thead>
);

/** The credentials, a row each, of which only those in sight are drawn; on a narrow screen each row is a card. */
export const CredentialTable = (props: HeadProps) => {
  const { table, shown, above, below, measure, count } = useCredentialRows(props.search);
  return (
    <table ref={table} className={`kt-table ${classes['table']}`} aria-label={text.table} aria-rowcount={count + 1}>
      <Head {...props} />
      <tbody>
        <Spacer height={above} />
        {shown.map(({ index, credential }) =>
          credential === null ? (
            <tr key={`row-${index}`} ref={measure} data-index={index} aria-rowindex={index + 2} className={classes['coming']}>
              <td colSpan={COLUMNS}>{text.coming}</td>
            </tr>
          ) : (
            <Row key={credential.credentialId} credential={credential} index={index} measure={measure} />
          ),
        )}
        <Spacer height={below} />
      </tbody>
    </table>
  );
};

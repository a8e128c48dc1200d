import type { CredentialSummary } from '@keyturn/contracts/api';
import type { CredentialSort } from '@keyturn/contracts/queries';
import { UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { AddressText } from '../../shared/state/address-text.tsx';
import { strings } from '../../strings.ts';
import { titleOfType } from '../credential-form/form-fields.ts';
import { nameOfColumn } from './columns.ts';
import type { Column } from './columns.ts';
import { CELLS } from './credential-cells.tsx';
import classes from './credential-table.module.css';
import { CredentialMarks } from './credential-marks.tsx';
import { sortedBy } from './list-search.ts';
import type { ListSearch } from './list-search.ts';
import type { Selecting } from './selection.ts';
import { useCredentialRows } from './use-credential-rows.ts';
import type { CredentialRows } from './use-credential-rows.ts';

const text = strings.credentials;

const nameAndType = ({ displayName, credentialType }: CredentialSummary): string =>
  [displayName, titleOfType(credentialType)].filter((part) => part !== null).join(' · ');

type RowProps = {
  readonly credential: CredentialSummary;
  readonly index: number;
  readonly columns: readonly Column[];
  readonly selecting: Selecting | null;
  readonly measure: CredentialRows['measure'];
  readonly between: CredentialRows['between'];
};

const Row = ({ credential, index, columns, selecting, measure, between }: RowProps) => {
  const { credentialId, address } = credential;
  const isSelected = selecting?.isSelected(credentialId) ?? false;
  return (
    <tr ref={measure} className={classes['row']} data-index={index} aria-rowindex={index + 2} data-selected={isSelected || undefined}>
      {selecting !== null && (
        <td className={classes['pick']}>
          <label className={classes['box']}>
            <input
              type="checkbox"
              aria-label={text.selection.row(address)}
              checked={isSelected}
              // A click knows of the Shift key, a change doesn't; the space bar is a click too.
              onClick={(event) => selecting.select(credential, index, event.shiftKey, between)}
              onChange={() => undefined}
            />
          </label>
        </td>
      )}
      <td className={classes['name']}>
        <Link to="/admin/system/credentials/$credentialId" params={{ credentialId }} className={classes['link']} data-row-link>
          <AddressText address={address} />
        </Link>
        <span className="kt-sub">
          {nameAndType(credential)}
          <CredentialMarks credential={credential} />
        </span>
      </td>
      {columns.map((column) => (
        <td key={column} className={CELLS[column].style}>
          {CELLS[column].cell(credential)}
        </td>
      ))}
    </tr>
  );
};

/** Room for the rows that are out of sight. */
const Spacer = ({ height, span }: { readonly height: number; readonly span: number }) =>
  height <= 0 ? null : (
    <tr aria-hidden className={classes['spacer']}>
      <td colSpan={span} style={{ height }} />
    </tr>
  );

type HeadProps = { readonly search: ListSearch; readonly onSearch: (search: ListSearch) => void };

/** A column's name, and the way to have the list sorted by it. */
const SortedBy = ({
  column,
  name,
  style,
  search,
  onSearch,
}: HeadProps & { column: CredentialSort; name: string; style?: string | undefined }) => {
  const isIt = (search.sort ?? 'address') === column;
  const order = search.order ?? 'asc';
  return (
    <th scope="col" className={style} aria-sort={isIt ? (order === 'asc' ? 'ascending' : 'descending') : 'none'}>
      <UnstyledButton className={classes['sort'] ?? ''} onClick={() => onSearch(sortedBy(search, column))}>
        {name}
        {isIt && (order === 'asc' ? <IconArrowUp size={14} aria-hidden /> : <IconArrowDown size={14} aria-hidden />)}
      </UnstyledButton>
    </th>
  );
};

const headStyle = (column: Column): string | undefined => {
  if (column === 'state') return classes['state'];
  if (column === 'version') return classes['right'];
  return column === 'generation' ? `${classes['right']} ${classes['wide']}` : undefined;
};

type TableProps = HeadProps & { readonly columns: readonly Column[]; readonly selecting: Selecting | null };

const Head = ({ columns, selecting, ...sorting }: TableProps) => (
  <thead>
    <tr aria-rowindex={1}>
      {selecting !== null && (
        <th scope="col" className={classes['pick']}>
          <span className="kt-hidden">{text.selection.column}</span>
        </th>
      )}
      <SortedBy {...sorting} column="address" name={text.columns.address} />
      {columns.map((column) => {
        const { sort } = CELLS[column];
        return sort === undefined ? (
          <th key={column} scope="col" className={headStyle(column)}>
            {nameOfColumn(column)}
          </th>
        ) : (
          <SortedBy key={column} {...sorting} column={sort} name={nameOfColumn(column)} style={headStyle(column)} />
        );
      })}
    </tr>
  </thead>
);

/** The credentials, a row each, of which only those in sight are drawn; on a narrow screen each row is a card. */
export const CredentialTable = (props: TableProps) => {
  const { columns, selecting } = props;
  const { table, shown, above, below, measure, between, count } = useCredentialRows(props.search);
  const span = columns.length + (selecting === null ? 1 : 2);
  return (
    <table ref={table} className={`kt-table ${classes['table']}`} aria-label={text.table} aria-rowcount={count + 1}>
      <Head {...props} />
      <tbody>
        <Spacer height={above} span={span} />
        {shown.map(({ index, credential }) =>
          credential === null ? (
            <tr key={`row-${index}`} ref={measure} data-index={index} aria-rowindex={index + 2} className={classes['coming']}>
              <td colSpan={span}>{text.coming}</td>
            </tr>
          ) : (
            <Row
              key={credential.credentialId}
              credential={credential}
              index={index}
              columns={columns}
              selecting={selecting}
              measure={measure}
              between={between}
            />
          ),
        )}
        <Spacer height={below} span={span} />
      </tbody>
    </table>
  );
};

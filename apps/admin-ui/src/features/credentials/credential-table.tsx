import type { CredentialSummary } from '@keyturn/contracts/api';
import type { CredentialSort } from '@keyturn/contracts/queries';
import { UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { memo, useCallback, useLayoutEffect, useRef } from 'react';
import { AddressText } from '../../shared/state/address-text.tsx';
import { TypeMark } from '../../shared/state/mark.tsx';
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

type Select = (credential: CredentialSummary, index: number, isRange: boolean) => void;

type RowProps = {
  readonly credential: CredentialSummary;
  readonly index: number;
  readonly columns: readonly Column[];
  /** Null where rows can't be selected. */
  readonly isSelected: boolean | null;
  readonly onSelect: Select;
  readonly measure: CredentialRows['measure'];
};

/** While one scrolls, the rows that stay are not drawn anew: all that is handed to them stays the same. */
const Row = memo(({ credential, index, columns, isSelected, onSelect, measure }: RowProps) => {
  const { credentialId, address } = credential;
  return (
    <tr
      ref={measure}
      className={classes['row']}
      data-index={index}
      aria-rowindex={index + 2}
      data-selected={isSelected === true || undefined}
    >
      {isSelected !== null && (
        <td className={classes['pick']}>
          <label className={classes['box']}>
            <input
              type="checkbox"
              aria-label={text.selection.row(address)}
              checked={isSelected}
              // A click knows of the Shift key, a change doesn't; the space bar is a click too.
              onClick={(event) => onSelect(credential, index, event.shiftKey)}
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
          <TypeMark type={credential.credentialType} size="tiny" /> {nameAndType(credential)}
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
});
Row.displayName = 'Row';

/** The same function always, which selects as things are when it is called. */
const useSelect = (selecting: Selecting | null, between: CredentialRows['between']): Select => {
  const now = useRef({ selecting, between });
  useLayoutEffect(() => {
    now.current = { selecting, between };
  });
  return useCallback<Select>((credential, index, isRange) => {
    now.current.selecting?.select(credential, index, isRange, now.current.between);
  }, []);
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

type TableProps = HeadProps & {
  readonly query: Readonly<Record<string, string>>;
  readonly columns: readonly Column[];
  readonly selecting: Selecting | null;
};

const Head = ({ columns, selecting, ...sorting }: Omit<TableProps, 'query'>) => (
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
  const { table, shown, above, below, measure, between, count } = useCredentialRows(props.query);
  const select = useSelect(selecting, between);
  const span = columns.length + (selecting === null ? 1 : 2);
  return (
    <table ref={table} className={`kt-table ${classes['table']}`} aria-label={text.table} aria-rowcount={count + 1}>
      <Head search={props.search} onSearch={props.onSearch} columns={columns} selecting={selecting} />
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
              isSelected={selecting === null ? null : selecting.isSelected(credential.credentialId)}
              onSelect={select}
              measure={measure}
            />
          ),
        )}
        <Spacer height={below} span={span} />
      </tbody>
    </table>
  );
};

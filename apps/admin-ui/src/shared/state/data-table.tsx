import type { ReactNode } from 'react';
import classes from './data-table.module.css';

export type Column<Row> = { readonly label: string; readonly cell: (row: Row) => ReactNode };

type Props<Row> = {
  readonly label: string;
  readonly columns: ReadonlyArray<Column<Row>>;
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  readonly isCurrent?: (row: Row) => boolean;
};

/** A plain table; on a narrow screen each row becomes a list of labelled values. */
export const DataTable = <Row,>({ label, columns, rows, rowKey, isCurrent }: Props<Row>) => (
  // What scrolls sideways can be reached without a mouse.
  <div className={classes['scroll']} role="group" aria-label={label} tabIndex={0}>
    <table className={`kt-table ${classes['table']}`} aria-label={label}>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column.label} scope="col">
              {column.label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={rowKey(row)} aria-current={isCurrent?.(row) === true ? 'true' : undefined}>
            {columns.map((column) => (
              <td key={column.label} data-label={column.label}>
                <div>{column.cell(row)}</div>
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);

/** A second, quieter line of a cell. */
export const Sub = ({ children }: { readonly children: ReactNode }) => <span className="kt-sub">{children}</span>;

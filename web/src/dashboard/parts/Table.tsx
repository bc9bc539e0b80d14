import type { ComponentChildren } from "preact";

import { words } from "../words";

export interface Column<T> {
  name: string;
  cell: (row: T) => ComponentChildren;
  numeric?: boolean;
}

interface Props<T> {
  /** What the rows are, for who cannot see where the table stands. */
  caption: string;
  columns: Column<T>[];
  rows: T[];
  keyOf: (row: T) => string;
  /** Said when there is no row. */
  empty?: string;
}

/**
 * Rows of data; on a phone each becomes a card with its columns' names. The roles are given, because a table that is
 * not displayed as one loses its own.
 */
export function Table<T>({ caption, columns, rows, keyOf, empty }: Props<T>) {
  if (rows.length === 0) {
    return <p class="empty">{empty ?? words("nothing_here")}</p>;
  }
  return (
    <div class="table-frame">
      <table role="table" class="table">
        <caption class="visually-hidden">{caption}</caption>
        <thead role="rowgroup">
          <tr role="row">
            {columns.map((column) => (
              <th key={column.name} role="columnheader" scope="col" class={column.numeric ? "numeric" : undefined}>
                {column.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <tr role="row" key={keyOf(row)}>
              {columns.map((column) => (
                <td key={column.name} role="cell" data-label={column.name} class={column.numeric ? "numeric" : undefined}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

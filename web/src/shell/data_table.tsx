// A table on the desk, cards on the phone, the same rows. A row that opens something does so from its first cell, by
// a real button or link, so that the keyboard reaches it.
import { Button } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { UseInfiniteQueryResult } from "@tanstack/react-query";
import { ProblemNote, Wait } from "./parts";

export interface Column<Row> {
  key: string;
  title: string;
  cell: (row: Row) => ReactNode;
  figure?: boolean; // to the right, tabular
  hideOnPhone?: boolean;
  long?: boolean; // sentences: under their title on the phone
}

export function DataTable<Row>({ label, columns, rows, rowKey, onOpen }: {
  label: string; columns: Column<Row>[]; rows: readonly Row[]; rowKey: (row: Row) => string; onOpen?: (row: Row) => void }) {
  const classOf = (column: Column<Row>) => [column.figure ? "figure" : "", column.hideOnPhone ? "desk-only" : "", column.long ? "long" : ""].join(" ").trim() || undefined;
  return (
    <table className="data-table" aria-label={label}>
      <thead>
        <tr>{columns.map((column) => <th key={column.key} scope="col" className={classOf(column)}>{column.title}</th>)}</tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={rowKey(row)} className={onOpen ? "opens" : undefined} onClick={onOpen && ((event) => {
            if (!(event.target as HTMLElement).closest("a, button, input, label")) onOpen(row);
          })}>
            {columns.map((column, index) => (
              <td key={column.key} className={classOf(column)} data-title={index > 0 ? column.title : undefined}>
                {index === 0 && onOpen
                  ? <button type="button" className="open-row" onClick={() => onOpen(row)}>{column.cell(row)}</button>
                  : <div>{column.cell(row)}</div>}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface ListPage<Row> { items: Row[]; next?: string | null }
export type ListQuery<Row> = UseInfiniteQueryResult<{ pages: ListPage<Row>[]; pageParams: unknown[] }>;

// A list that pages by keyset: the first page, and more of it at a press.
export function Listed<Row>({ query, empty, children }: { query: ListQuery<Row>; empty: ReactNode; children: (rows: Row[]) => ReactNode }) {
  const { t } = useTranslation();
  if (!query.data) return query.isError ? <ProblemNote error={query.error} retry={() => void query.refetch()} /> : <Wait />;
  const rows = query.data.pages.flatMap((page) => page.items);
  if (rows.length === 0) return <>{empty}</>;
  return (
    <>
      {children(rows)}
      {query.isError && <ProblemNote error={query.error} retry={() => void query.fetchNextPage()} />}
      {query.hasNextPage && (
        <div className="more"><Button onClick={() => void query.fetchNextPage()} loading={query.isFetchingNextPage}>{t("list.more")}</Button></div>
      )}
    </>
  );
}

export const nextCursor = (page: ListPage<unknown>) => page.next ?? undefined;

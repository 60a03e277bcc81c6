import type { Change, Row } from "@gluttony/sdk";
import { columnText } from "@gluttony/sdk/targets";
import type { DatasyncConfig } from "./config.ts";

/** One item of a dictionary as the service takes it. */
export interface DictionaryItem {
  readonly op: "upsert" | "disable";
  readonly code: string;
  readonly name?: string;
  readonly stdCode?: string;
  readonly enabled: boolean;
}

/** The body of the call: one item of one dictionary. */
export interface BaseData {
  readonly dict: string;
  readonly mode: "incremental";
  readonly eventId: string;
  readonly items: readonly [DictionaryItem];
}

/** Maps a change to the body of the call; null when the row has no code. A deleted row disables its item. */
export function mapItem(change: Change, config: DatasyncConfig, eventId: string): BaseData | null {
  const row: Row = change.after ?? { ...definedIn(change.before), ...change.key };
  const code = columnText(row, config.columns.code);
  if (code === null) return null;
  const item = change.after === null ? disabled(code) : upserted(code, row, config);
  return { dict: config.dict, mode: "incremental", eventId, items: [item] };
}

function disabled(code: string): DictionaryItem {
  return { op: "disable", code, enabled: false };
}

function upserted(code: string, row: Row, { columns, stopValues }: DatasyncConfig): DictionaryItem {
  const name = columnText(row, columns.name);
  const stdCode = columnText(row, columns.stdCode);
  return {
    op: "upsert",
    code,
    ...(name === null ? {} : { name }),
    ...(stdCode === null ? {} : { stdCode }),
    enabled: !stopValues.includes(columnText(row, columns.stopFlag) ?? ""),
  };
}

function definedIn(row: Partial<Row> | null): Row {
  const entries = Object.entries(row ?? {});
  return Object.fromEntries(entries.map(([name, value]) => [name, value ?? null]));
}

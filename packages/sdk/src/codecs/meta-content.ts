import type { ChangeSource, ColumnValue, Row } from "../change.ts";
import { connectorOf, dataSourceOf } from "./data-sources/known.ts";
import { isJsonObject, own, setOwn } from "./json-value.ts";
import type { JsonObject } from "./json-value.ts";
import { roundedValue } from "./plain-value.ts";
import { readSource } from "./source-block.ts";

/** What a record says that is no change of a row: a heartbeat, a message, a boundary of a transaction, and the like. */
export interface MetaContent {
  /** Its fields, as JSON shows them, with exact integers. */
  readonly fields: Row;
  /** Where it stands; null where it does not say, or comes from a database that is not known. */
  readonly source: ChangeSource | null;
}

/** Reads what `FoundRecord.content` holds. Pure; never throws. */
export function readMeta(content: JsonObject): MetaContent {
  const fields: { [name: string]: ColumnValue } = {};
  for (const [name, value] of Object.entries(content)) setOwn(fields, name, roundedValue(value));
  const source = own(content, "source");
  const dataSource = isJsonObject(source) ? dataSourceOf(connectorOf(source) ?? "") : undefined;
  return {
    fields,
    source: isJsonObject(source) && dataSource !== undefined ? readSource(content, source, dataSource) : null,
  };
}

import type { Message } from "kafkajs";

/** A record as Debezium's JSON converter writes it without schemas, keyed by its row's id. */
export function changeOf(row: { readonly id: number; readonly [column: string]: unknown }): Message {
  const source = {
    version: "3",
    connector: "postgresql",
    name: "his",
    ts_ms: Date.now(),
    db: "his",
    schema: "his",
    table: "patient",
  };
  const change = { op: "c", before: null, after: row, source, ts_ms: Date.now() };
  return { key: JSON.stringify({ id: row.id }), value: JSON.stringify(change) };
}

/** Changes of the rows with these ids. */
export function changesOf(from: number, count: number): readonly Message[] {
  return Array.from({ length: count }, (_, at) => changeOf({ id: from + at, do: "nothing" }));
}

import type { RawRecord } from "../../src/codecs/index.ts";

const utf8 = new TextEncoder();

/** A raw record with these texts as key and value. */
export function recordOf(key: string | null, value: string | null): RawRecord {
  return {
    topic: "test.public.t",
    partition: 3,
    offset: 9_007_199_254_740_993n,
    timestampMs: 0,
    headers: [],
    key: key === null ? null : utf8.encode(key),
    value: value === null ? null : utf8.encode(value),
  };
}

/** A `source` block as the PostgreSQL connector writes it; its long numbers are part of every record. */
export const sourceText =
  '{"version":"3.6.1.Final","connector":"postgresql","name":"shop","ts_ms":1795535320977,"snapshot":null,"db":"his",' +
  '"sequence":"[\\"31368080\\",\\"31368136\\"]","ts_us":1795535320977121,"ts_ns":1795535320977121000,"schema":"his",' +
  '"table":"t","txId":828,"lsn":31368136,"xmin":null}';

/** The text of an envelope without a schema. */
export function envelopeText(op: string, before: string, after: string): string {
  return `{"before":${before},"after":${after},"source":${sourceText},"transaction":null,"op":"${op}","ts_ns":1795535321134834043}`;
}

/** The text of an envelope with the schema of its rows; `fields` is a list of field schemas. */
export function envelopeWithSchema(fields: string, payload: string): string {
  const row = (field: string): string =>
    `{"type":"struct","fields":[${fields}],"optional":true,"name":"shop.his.t.Value","field":"${field}"}`;
  return (
    `{"schema":{"type":"struct","fields":[${row("before")},${row("after")}],"optional":false,` +
    `"name":"shop.his.t.Envelope","version":2},"payload":${payload}}`
  );
}

import { isAdjusted } from "../avro/original-name.ts";
import type { ReadKey } from "../envelope.ts";
import { setOwn } from "../json-value.ts";
import type { JsonObject, JsonValue } from "../json-value.ts";
import type { ColumnDecoder, RowDecoder } from "../row-decoder.ts";

/**
 * A key with its columns called as in the row. Where names were adjusted for Avro the row's schema tells the originals, and
 * the key's does not.
 */
export function namedAsIn(row: RowDecoder, raw: JsonObject, columns: RowDecoder): ReadKey {
  const names = Object.keys(raw);
  if (row.size === 0 || names.every((name) => row.has(name))) return { raw, columns };
  const renamed: { [column: string]: JsonValue } = {};
  const decoders = new Map<string, ColumnDecoder>();
  for (const name of names) {
    const known = row.has(name) ? name : [...row.keys()].find((original) => isAdjusted(name, original));
    setOwn(renamed, known ?? name, raw[name] ?? null);
    const decoder = columns.get(name);
    if (decoder !== undefined) decoders.set(known ?? name, decoder);
  }
  return { raw: renamed, columns: decoders };
}

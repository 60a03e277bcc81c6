import type { Codec, RawRecord } from "@gluttony/sdk/codecs";
import type { VersionPosition } from "../ports.ts";

const kinds: ReadonlyMap<string, number> = new Map([
  ["postgresql", 1],
  ["sqlserver", 2],
  ["oracle", 3],
  ["mysql", 4],
  ["mariadb", 5],
]);

/**
 * Where the row version of a record stands in its source, in bytes that compare as the positions do: the kind of
 * database, then each part as eight bytes. Null when the record says nothing of it: then it cannot be fenced.
 * Read by the codec that the cell uses, so that both see the same; consumers without a fence never pay for it.
 */
export function versionPositionOf(record: RawRecord, codec: Codec): VersionPosition | null {
  const change = codec.decode(record);
  if ("notAChange" in change || "undecodable" in change) return null;
  const { position, committedAtMs } = change.source;
  const kind = position === null ? undefined : kinds.get(position.kind);
  if (position === null || kind === undefined) return null;
  const bytes = Buffer.alloc(1 + position.parts.length * 8);
  bytes.writeUInt8(kind, 0);
  position.parts.forEach((part, index) => bytes.writeBigUInt64BE(BigInt.asUintN(64, part), 1 + index * 8));
  return { position: bytes, committedAtMs };
}

import type { SourcePosition } from "../../change.ts";
import type { JsonObject } from "../json-value.ts";
import type { DataSource } from "./data-source.ts";
import { integerField, textField, transactionBlockId } from "./source-fields.ts";

/**
 * SQL Server: the LSN of the commit, the LSN of the change, and the number of the row within the change. An LSN has
 * 80 bits, so it takes two parts: log file and block, then slot.
 */
export const sqlserver: DataSource = {
  connector: "sqlserver",
  readPosition,
  readTransactionId: (envelope, source) =>
    transactionBlockId(envelope) ??
    (textField(source, "change_lsn") === null ? null : textField(source, "commit_lsn")),
  inventsBefore: false,
};

/** A snapshot's row names only the commit up to which it was read. */
function readPosition(source: JsonObject): SourcePosition | null {
  const commit = readLsn(textField(source, "commit_lsn"));
  if (commit === null) return null;
  const change = readLsn(textField(source, "change_lsn"));
  const serial = integerField(source, "event_serial_no");
  return { kind: "sqlserver", parts: [...commit, ...(change ?? [0n, 0n]), serial ?? 0n] };
}

const lsnText = /^([0-9a-f]{8}):([0-9a-f]{8}):([0-9a-f]{4})$/i;

/** Three groups of hexadecimal digits, of a fixed width. */
function readLsn(text: string | null): readonly [bigint, bigint] | null {
  const groups = text === null ? null : lsnText.exec(text);
  if (groups === null) return null;
  const [, file = "", block = "", slot = ""] = groups;
  return [BigInt(`0x${file}${block}`), BigInt(`0x${slot}`)];
}

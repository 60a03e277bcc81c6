import type { SourcePosition } from "../../change.ts";
import type { JsonObject } from "../json-value.ts";
import { integerField, textField, transactionBlockId } from "./source-fields.ts";

const binlogFile = /^.*\.(\d{1,18})$/;

/**
 * Where a change stands in a binlog: the file by the number at its end, the event's offset in it, and the row in the event.
 * It orders the changes of one server; a GTID is the same on every server, but orders nothing across them.
 */
export function readBinlogPosition(source: JsonObject, kind: "mysql" | "mariadb"): SourcePosition | null {
  const number = binlogFile.exec(textField(source, "file") ?? "")?.[1];
  const offset = integerField(source, "pos");
  if (number === undefined || offset === null) return null;
  return { kind, parts: [BigInt(number), offset, integerField(source, "row") ?? 0n] };
}

/** The GTID, or what the transaction block says, which is `file=…,pos=…` without GTIDs. */
export function readBinlogTransactionId(envelope: JsonObject, source: JsonObject): string | null {
  return textField(source, "gtid") ?? transactionBlockId(envelope);
}

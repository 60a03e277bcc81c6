import type { SourcePosition } from "../../change.ts";
import type { JsonObject } from "../json-value.ts";
import type { DataSource } from "./data-source.ts";
import { integerField, textField, transactionBlockId } from "./source-fields.ts";

/**
 * Oracle: the SCN of the commit, the SCN of the change, the place in the redo log (`rs_id`, in two parts), and the number
 * within it (`ssn`). SCNs are decimal text that outgrows a double, and older connectors write numbers.
 */
export const oracle: DataSource = {
  connector: "oracle",
  readPosition,
  readTransactionId: (envelope, source) => textField(source, "txId") ?? transactionBlockId(envelope),
  inventsBefore: false,
};

/** A snapshot's row names only the SCN as of which it was read; every commit up to there is in it. */
function readPosition(source: JsonObject): SourcePosition | null {
  const scn = integerField(source, "scn");
  const commit = integerField(source, "commit_scn");
  if (scn === null) return commit === null ? null : { kind: "oracle", parts: [commit] };
  if (commit === null) return { kind: "oracle", parts: [scn, scn] };
  const place = readRedoPlace(textField(source, "rs_id"));
  const serial = integerField(source, "ssn");
  if (place === null || serial === null) return { kind: "oracle", parts: [commit, scn] };
  return { kind: "oracle", parts: [commit, scn, ...place, serial] };
}

const redoPlace = /^\s*(?:0x)?([0-9a-f]{1,8})\.([0-9a-f]{1,8})\.([0-9a-f]{1,8})\s*$/i;

/** `rs_id`: sequence of the log, block in it, byte in the block, each in hexadecimal digits. */
function readRedoPlace(text: string | null): readonly [bigint, bigint] | null {
  const groups = text === null ? null : redoPlace.exec(text);
  if (groups === null) return null;
  const [, sequence = "", block = "", byte = ""] = groups;
  return [(BigInt(`0x${sequence}`) << 32n) | BigInt(`0x${block}`), BigInt(`0x${byte}`)];
}

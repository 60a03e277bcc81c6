import type { SourcePosition } from "../change.ts";
import type { Connector } from "./changes.ts";

/** Where a built change stands: one transaction a change, each at the next place of its database's log. */
export function placeOf(connector: Connector, offset: bigint): SourcePosition {
  switch (connector) {
    case "postgresql":
      return { kind: connector, parts: [offset, offset] };
    case "sqlserver":
      return { kind: connector, parts: [offset, 2n, offset, 1n, 1n] };
    case "oracle":
      return { kind: connector, parts: [offset, offset] };
    case "mysql":
    case "mariadb":
      return { kind: connector, parts: [1n, offset, 0n] };
  }
}

/** The id of a built change's transaction, as the codec reads it. */
export function transactionOf(connector: Connector, offset: bigint): string {
  return connector === "sqlserver" ? lsnText(offset, 2n) : String(offset);
}

/** The fields of `source` that say where a change stands and in which transaction, as its connector writes them. */
export function placeFields(position: SourcePosition | null, transactionId: string | null): object {
  const parts = position?.parts ?? [];
  const [first = 0n, second = 0n, third = 0n, fourth = 0n, fifth = 0n] = parts;
  switch (position?.kind) {
    case undefined:
      return {};
    case "postgresql": {
      const txId = transactionId === null ? null : BigInt(transactionId);
      return { lsn: second, sequence: JSON.stringify([String(first), String(second)]), txId };
    }
    case "sqlserver":
      return {
        commit_lsn: lsnText(first, second),
        change_lsn: lsnText(third, fourth),
        event_serial_no: fifth,
      };
    case "oracle":
      return { commit_scn: String(first), scn: String(second), txId: transactionId };
    case "mysql":
    case "mariadb":
      return {
        file: `binlog.${String(first).padStart(6, "0")}`,
        pos: second,
        row: third,
        gtid: transactionId,
      };
  }
}

/** An LSN of SQL Server: log file and block, then slot. */
function lsnText(place: bigint, slot: bigint): string {
  const hexadecimal = place.toString(16).padStart(16, "0");
  return `${hexadecimal.slice(0, 8)}:${hexadecimal.slice(8)}:${slot.toString(16).padStart(4, "0")}`;
}

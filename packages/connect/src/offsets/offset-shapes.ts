import type { DataSourceName } from "@gluttony/model";

/** What a field of a source position is made of in JSON. */
export type FieldKind = "integer" | "text" | "truth";

interface OffsetShape {
  /** Members of the partition; all are texts. */
  readonly partition: readonly string[];
  readonly fields: ReadonlyMap<string, FieldKind>;
  /** Fields by which a position is moved; the others only go with them. */
  readonly movable: readonly string[];
  /** What moving or forgetting the position does not do. */
  readonly warning: string;
}

const ofMysql: OffsetShape = {
  partition: ["server"],
  fields: new Map<string, FieldKind>([
    ["file", "text"],
    ["pos", "integer"],
    ["row", "integer"],
    ["event", "integer"],
    ["server_id", "integer"],
    ["ts_sec", "integer"],
    ["gtids", "text"],
    ["snapshot", "truth"],
    ["snapshot_completed", "truth"],
  ]),
  movable: ["file", "pos", "row", "event", "gtids"],
  warning: "The file must still be on the server, and the schema history must reach back to it.",
};

/**
 * Offsets as each connector writes them. Kafka Connect accepts anything; a number written as a text ends the task with a
 * ClassCastException while the connector still says that it runs.
 */
const shapes: { readonly [source in DataSourceName]: OffsetShape } = {
  postgresql: {
    partition: ["server"],
    fields: new Map<string, FieldKind>([
      ["lsn", "integer"],
      ["lsn_proc", "integer"],
      ["lsn_commit", "integer"],
      ["txId", "integer"],
      ["xmin", "integer"],
      ["ts_usec", "integer"],
      ["messageType", "text"],
      ["snapshot", "truth"],
      ["snapshot_completed", "truth"],
      ["last_snapshot_record", "truth"],
      ["transaction_id", "text"],
    ]),
    movable: ["lsn", "lsn_proc", "lsn_commit"],
    warning:
      "The slot does not move with it: nothing older than the slot's confirmed position comes again, and what lies between an older slot and a newer offset comes twice or is passed over.",
  },
  mysql: ofMysql,
  mariadb: ofMysql,
  mssql: {
    partition: ["server", "database"],
    fields: new Map<string, FieldKind>([
      ["commit_lsn", "text"],
      ["change_lsn", "text"],
      ["event_serial_no", "integer"],
      ["snapshot", "truth"],
      ["snapshot_completed", "truth"],
    ]),
    movable: ["commit_lsn", "change_lsn", "event_serial_no"],
    warning:
      "The position must not be below the capture instance's lowest one: the cleanup job removed what was there.",
  },
  oracle: {
    partition: ["server"],
    fields: new Map<string, FieldKind>([
      ["scn", "text"],
      ["commit_scn", "text"],
      ["snapshot_scn", "text"],
      ["snapshot_pending_tx", "text"],
      ["transaction_id", "text"],
      ["lcr_position", "text"],
      ["snapshot", "truth"],
      ["snapshot_completed", "truth"],
    ]),
    movable: ["scn", "commit_scn"],
    warning:
      "The archived log of that position must still be there, and the schema history must reach back to it.",
  },
};

/** Pure. */
export function offsetShapeOf(source: DataSourceName): OffsetShape {
  return shapes[source];
}

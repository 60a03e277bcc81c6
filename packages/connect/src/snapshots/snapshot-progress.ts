import { fieldOf, objectOf, textOf } from "../client/json-field.ts";

/** One notification of a connector about a snapshot. */
export interface SnapshotNotification {
  readonly id: string;
  readonly aggregate: string;
  readonly type: string;
  readonly atMs: number | null;
  readonly additional: { readonly [name: string]: string };
}

/** How far a snapshot is. There is no total: Debezium does not count rows beforehand. */
export interface SnapshotProgress {
  readonly id: string;
  readonly kind: "initial" | "incremental";
  readonly state: "started" | "running" | "paused" | "completed" | "aborted" | "skipped";
  /** Tables read to their end, with how that ended and how many rows were read where that is told. */
  readonly tables: readonly {
    readonly name: string;
    readonly status: string;
    readonly rows: number | null;
  }[];
  /** The table that is being read; null when none is. */
  readonly current: string | null;
  readonly startedMs: number | null;
  readonly updatedMs: number | null;
}

/** Reads a record of a notification topic, with or without a schema around it; null when it is none about a snapshot. Pure. */
export function parseNotification(json: unknown): SnapshotNotification | null {
  const payload = objectOf(fieldOf(json, "payload")) ?? objectOf(json);
  const [id, aggregate, type] = ["id", "aggregate_type", "type"].map((name) => textOf(payload, name));
  if (typeof id !== "string" || typeof aggregate !== "string" || typeof type !== "string") return null;
  if (aggregate !== "Initial Snapshot" && aggregate !== "Incremental Snapshot") return null;
  const at = fieldOf(payload, "timestamp");
  const additional = Object.entries(objectOf(fieldOf(payload, "additional_data")) ?? {}).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  );
  return {
    id,
    aggregate,
    type,
    atMs: typeof at === "number" ? at : null,
    additional: Object.fromEntries(additional),
  };
}

/**
 * Snapshots in the order in which they began, from a connector's notifications in their order. An incremental one carries its
 * signal's id; one at the start or a blocking one has a new id at each step, so those are told apart by their beginnings. Pure.
 */
export function snapshotsOf(notifications: readonly SnapshotNotification[]): readonly SnapshotProgress[] {
  const snapshots: SnapshotProgress[] = [];
  for (const notification of notifications) {
    const at = placeOf(notification, snapshots);
    const before = snapshots[at];
    const after = stepped(before ?? beginning(notification), notification);
    if (before === undefined) snapshots.push(after);
    else snapshots[at] = after;
  }
  return snapshots;
}

function placeOf(
  { id, aggregate, type }: SnapshotNotification,
  snapshots: readonly SnapshotProgress[],
): number {
  if (aggregate === "Incremental Snapshot") return snapshots.findIndex((one) => one.id === id);
  if (type === "STARTED") return -1;
  return snapshots.findLastIndex((one) => one.kind === "initial");
}

function beginning({ id, aggregate, atMs }: SnapshotNotification): SnapshotProgress {
  const kind = aggregate === "Incremental Snapshot" ? "incremental" : "initial";
  return { id, kind, state: "started", tables: [], current: null, startedMs: atMs, updatedMs: atMs };
}

function stepped(
  progress: SnapshotProgress,
  { type, atMs, additional }: SnapshotNotification,
): SnapshotProgress {
  const updated = { ...progress, updatedMs: atMs ?? progress.updatedMs };
  const current = additional["current_collection_in_progress"] ?? additional["data_collection"] ?? null;
  switch (type) {
    case "IN_PROGRESS":
      return { ...updated, state: "running", current };
    case "TABLE_SCAN_COMPLETED":
      return withTable({ ...updated, state: "running" }, additional);
    case "PAUSED":
      return { ...updated, state: "paused" };
    case "RESUMED":
      return { ...updated, state: "running" };
    case "COMPLETED":
      return { ...updated, state: "completed", current: null };
    case "ABORTED":
      return { ...updated, state: "aborted", current: null };
    case "SKIPPED":
      return { ...updated, state: "skipped", current: null };
    default:
      return updated;
  }
}

function withTable(
  progress: SnapshotProgress,
  additional: SnapshotNotification["additional"],
): SnapshotProgress {
  const name = additional["scanned_collection"] ?? additional["data_collection"] ?? "";
  const rows = Number(additional["total_rows_scanned"] ?? Number.NaN);
  const table = {
    name,
    status: additional["status"] ?? "SUCCEEDED",
    rows: Number.isSafeInteger(rows) ? rows : null,
  };
  const tables = [...progress.tables.filter((one) => one.name !== name), table];
  return { ...progress, tables, current: null };
}

import { type ConsumerRow, type DesiredState, desiredStateOf } from "@gluttony/model";
import { shownConnString } from "../conn-string.ts";
import type { ShownConnString } from "../schemas/consumers.ts";
import { type SteeringView, steeringView } from "./steering.ts";

/** The columns of a consumer by their names, without the secret. */
export interface ConsumerColumns {
  readonly id: string;
  readonly name: string;
  readonly conn_string: ShownConnString | null;
  readonly data_source: string | null;
  readonly capture_schema: string | null;
  readonly capture_table: string | null;
  readonly topic: string | null;
  readonly group: string | null;
  readonly handler_func: string;
  readonly global_key: readonly string[];
  readonly is_valid: boolean;
  readonly count: string;
  readonly creation_time: string | null;
  readonly revision: string;
  /** Who last started, paused or stopped it, and why. */
  readonly steering: SteeringView | null;
}

/** A consumer as the API shows it, and takes it back. */
export interface ConsumerView extends ConsumerColumns {
  readonly configuration: unknown;
}

/** Projects a row to what may be shown of it. */
export function consumerView(row: ConsumerRow): ConsumerView {
  return { ...columnsOf(row), configuration: row.configuration ?? {} };
}

/** What is asked of a consumer now. */
export function desiredOf(row: ConsumerRow): DesiredState {
  return desiredStateOf(row, Date.now());
}

/** A consumer in a list: without its configuration, which may be large. */
export function columnsOf(row: ConsumerRow): ConsumerColumns {
  return {
    id: row.id,
    name: row.name,
    conn_string: shownConnString(row.connString),
    data_source: row.dataSource,
    capture_schema: row.captureSchema,
    capture_table: row.captureTable,
    topic: row.topic,
    group: row.group,
    handler_func: row.handlerFunc,
    global_key: row.globalKey,
    is_valid: row.isValid,
    count: String(row.count),
    creation_time: timeOf(row.creationTime),
    revision: String(row.revision),
    steering: steeringView(row),
  };
}

// An adopted table may hold a time that is none; it must not hide the row.
function timeOf(time: Date): string | null {
  return Number.isNaN(time.getTime()) ? null : time.toISOString();
}

import type { ConsumerRow, Steering } from "@gluttony/model";

/** The statement's head that reads consumers; empty cells of an adopted table read as their defaults. */
export const selectConsumer = `
  select c.id::text as "id", coalesce(c.name, '') as "name", c.conn_string as "connString",
    c.data_source as "dataSource", c.capture_schema as "captureSchema", c.capture_table as "captureTable",
    c.topic as "topic", c."group" as "group", coalesce(c.handler_func, '') as "handlerFunc",
    coalesce(to_jsonb(c.global_key), '[]') as "globalKey", coalesce(c.is_valid, false) as "isValid",
    coalesce(c.count, 0) as "count", c.creation_time as "creationTime", c.configuration as "configuration",
    coalesce(h.revision, 0) as "revision",
    s.is_paused as "isPaused", s.until as "until", s.actor as "actor", s.reason as "reason", s.at as "at",
    s.restarts as "restarts"
  from cdc.consumer c left join cdc.consumer_head h on h.consumer_id = c.id::text
    left join cdc.consumer_steering s on s.consumer_id = c.id::text`;

/** A row as `selectConsumer` reads it. Two columns can hold what our words cannot: nested arrays and infinity. */
export interface SelectedConsumer
  extends Omit<ConsumerRow, "globalKey" | "creationTime" | "steering">,
    SelectedSteering {
  readonly globalKey: unknown;
  readonly creationTime: unknown;
}

/** All null where nobody ever steered the consumer. */
type SelectedSteering = { readonly [column in keyof Steering]: Steering[column] | null };

/** Never throws: what a row means is judged elsewhere, and one odd row must not hide the others. */
export function toConsumerRow(selected: SelectedConsumer): ConsumerRow {
  const { isPaused, until, actor, reason, at, restarts, ...row } = selected;
  const steering =
    isPaused === null || actor === null || at === null || restarts === null
      ? {}
      : { steering: { isPaused, until, actor, reason, at, restarts } };
  return {
    ...row,
    ...steering,
    globalKey: Array.isArray(row.globalKey)
      ? row.globalKey.flat(Number.POSITIVE_INFINITY).map(columnName)
      : [],
    creationTime: row.creationTime instanceof Date ? row.creationTime : new Date(0),
  };
}

/** An empty element becomes an empty name, which the check of the row then names. */
function columnName(element: unknown): string {
  return typeof element === "string" ? element : "";
}

import {
  type Consumer,
  type ConsumerDraft,
  type ConsumerRow,
  type ConsumerSource,
  type DataSourceName,
  dataSourceNames,
} from "./consumer.ts";
import type { Fault } from "./error.ts";
import { nearestName } from "./nearest-name.ts";
import { parseConfiguration } from "./parse-configuration.ts";

/** Characters of a name; it becomes part of log lines, metric labels and the default group. */
const nameLengthMax = 200;
/** Kafka's own limits: `Topic.java` and the group coordinator. */
const topicLengthMax = 249;
const groupLengthMax = 255;
const topicPattern = /^[A-Za-z0-9._-]+$/;

/** A consumer that can run, or every fault that stops it. */
export type ParsedConsumer = { readonly consumer: Consumer } | { readonly faults: readonly Fault[] };

/** Checks one row of `cdc.consumer` and fills in its defaults. Pure; called by the host and the admin API alike. */
export function parseConsumer(row: ConsumerRow): ParsedConsumer {
  const faults: Fault[] = [];
  const { configuration, faults: configurationFaults } = parseConfiguration(row.configuration);
  faults.push(...configurationFaults);
  const dataSource = dataSourceOf(row.dataSource, faults);
  const source = sourceOf(row, dataSource, faults);
  const topic = topicOf(row, dataSource, faults);
  const group = text(row.group) ?? `gluttony.${row.name}`;
  checkName(row.name, faults);
  if (group.length > groupLengthMax)
    faults.push({ path: "group", message: `At most ${groupLengthMax} characters.` });
  if (text(row.handlerFunc) === null) {
    faults.push({ path: "handler_func", message: "Must name a handler.", suggestion: "empi" });
  }
  checkGlobalKey(row.globalKey, faults);
  if (faults.length > 0) return { faults };
  return {
    consumer: {
      id: row.id,
      name: row.name,
      revision: row.revision,
      isValid: row.isValid,
      topic,
      group,
      handlerFunc: row.handlerFunc,
      globalKey: row.globalKey,
      source,
      ...configuration,
    },
  };
}

/** The faults of a draft, before it is written. */
export function checkDraft(draft: ConsumerDraft): readonly Fault[] {
  const parsed = parseConsumer({ ...draft, id: "", count: 0n, creationTime: new Date(0), revision: 0n });
  return "faults" in parsed ? parsed.faults : [];
}

/** The data source that a row names; null for no name and for a wrong one. Pure. */
export function dataSourceNamed(written: string | null): DataSourceName | null {
  // Debezium says sqlserver where the table's users have always said mssql.
  const name = written?.trim() === "sqlserver" ? "mssql" : written?.trim();
  return dataSourceNames.find((candidate) => candidate === name) ?? null;
}

/** The topic that a row names or that its source gives; null where neither gives one that Kafka takes. Pure. */
export function topicOfRow(row: ConsumerRow): string | null {
  const faults: Fault[] = [];
  const topic = topicOf(row, dataSourceNamed(row.dataSource), faults);
  return faults.length > 0 ? null : topic;
}

function dataSourceOf(written: string | null, faults: Fault[]): DataSourceName | null {
  const name = text(written);
  if (name === null) return null;
  const known = dataSourceNamed(name);
  if (known !== null) return known;
  const near = nearestName(name, dataSourceNames);
  const suggestion = near ?? `One of: ${dataSourceNames.join(", ")}`;
  faults.push({ path: "data_source", message: "No such data source.", suggestion });
  return null;
}

function sourceOf(
  row: ConsumerRow,
  dataSource: DataSourceName | null,
  faults: Fault[],
): ConsumerSource | null {
  const connString = text(row.connString);
  if (connString === null) return null;
  const schema = text(row.captureSchema);
  const table = text(row.captureTable);
  const missing = "Needed to make the connector, since conn_string is set.";
  if (dataSource === null && text(row.dataSource) === null) {
    faults.push({ path: "data_source", message: missing, suggestion: "postgresql" });
  }
  if (schema === null) faults.push({ path: "capture_schema", message: missing });
  if (table === null) faults.push({ path: "capture_table", message: missing });
  if (dataSource === null || schema === null || table === null) return null;
  return { dataSource, connString, schema, table };
}

function topicOf(row: ConsumerRow, dataSource: DataSourceName | null, faults: Fault[]): string {
  const written = text(row.topic);
  const schema = text(row.captureSchema);
  const table = text(row.captureTable);
  if (written === null && (dataSource === null || schema === null || table === null)) {
    faults.push({
      path: "topic",
      message: "Name a topic, or give data_source, capture_schema and capture_table to derive one.",
    });
    return "";
  }
  // What Debezium itself does with characters that a topic name cannot hold.
  const topic = written ?? `${dataSource}.${schema}.${table}`.replaceAll(/[^A-Za-z0-9._-]/g, "_");
  if (!topicPattern.test(topic) || topic.length > topicLengthMax || topic === "." || topic === "..") {
    faults.push({
      path: "topic",
      message: `Letters, digits, dot, underscore and hyphen only, at most ${topicLengthMax}.`,
      suggestion: topic.replaceAll(/[^A-Za-z0-9._-]/g, "_").slice(0, topicLengthMax),
    });
  }
  return topic;
}

function checkName(name: string, faults: Fault[]): void {
  if (text(name) === null) faults.push({ path: "name", message: "Must not be empty." });
  if (name.length > nameLengthMax)
    faults.push({ path: "name", message: `At most ${nameLengthMax} characters.` });
}

function checkGlobalKey(columns: readonly string[], faults: Fault[]): void {
  columns.forEach((column, index) => {
    if (text(column) === null) faults.push({ path: `global_key[${index}]`, message: "Must name a column." });
  });
  if (new Set(columns).size !== columns.length) {
    faults.push({ path: "global_key", message: "Names a column twice." });
  }
}

function text(value: string | null): string | null {
  if (value === null) return null;
  const trimmed = value.trim();
  return trimmed === "" ? null : trimmed;
}

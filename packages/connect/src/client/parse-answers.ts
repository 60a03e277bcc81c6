import { type ParsedStatus, parseStatus } from "../parse-status.ts";
import { fieldOf, listOf, objectOf, textOf, textsOf } from "./json-field.ts";

/** Who answers for a Connect cluster. */
export interface ConnectWorker {
  readonly version: string;
  readonly kafkaClusterId: string | null;
}

/** One connector of a list. `config` is in clear, also its passwords. */
export interface ListedConnector {
  readonly name: string;
  readonly config: { readonly [name: string]: string };
  readonly type: "source" | "sink" | null;
  readonly status: ParsedStatus | null;
}

export interface ConnectorPlugin {
  readonly className: string;
  readonly type: string;
  readonly version: string | null;
}

/** One option as a connector's class declares it. */
export interface OptionDefinition {
  readonly name: string;
  readonly type: string;
  readonly isRequired: boolean;
  readonly defaultValue: string | null;
  readonly importance: string | null;
  readonly group: string | null;
  readonly label: string | null;
  readonly documentation: string;
}

/** A source position of one partition of the connector. A null offset means none. */
export interface OffsetEntry {
  readonly partition: { readonly [name: string]: unknown };
  readonly offset: { readonly [name: string]: unknown } | null;
}

/** Pure; null when it is no answer of a worker. */
export function parseWorker(json: unknown): ConnectWorker | null {
  const version = textOf(json, "version");
  return version === null ? null : { version, kafkaClusterId: textOf(json, "kafka_cluster_id") };
}

/** Pure; null when it is not a list with status and info. */
export function parseList(json: unknown): readonly ListedConnector[] | null {
  const fields = objectOf(json);
  if (fields === null) return null;
  return Object.entries(fields).map(([name, entry]) => {
    const info = fieldOf(entry, "info");
    const type = textOf(info, "type");
    return {
      name,
      config: textsOf(fieldOf(info, "config")),
      type: type === "source" || type === "sink" ? type : null,
      status: parseStatus(fieldOf(entry, "status")),
    };
  });
}

/** Pure. */
export function parsePlugins(json: unknown): readonly ConnectorPlugin[] {
  return (Array.isArray(json) ? json : []).flatMap((entry) => {
    const [className, type] = [textOf(entry, "class"), textOf(entry, "type")];
    return className === null || type === null
      ? []
      : [{ className, type, version: textOf(entry, "version") }];
  });
}

/** Pure. */
export function parseOptions(json: unknown): readonly OptionDefinition[] {
  return (Array.isArray(json) ? json : []).flatMap((entry) => {
    const name = textOf(entry, "name");
    if (name === null) return [];
    return [
      {
        name,
        type: textOf(entry, "type") ?? "STRING",
        isRequired: fieldOf(entry, "required") === true,
        defaultValue: textOf(entry, "default_value"),
        importance: textOf(entry, "importance"),
        group: textOf(entry, "group"),
        label: textOf(entry, "display_name"),
        documentation: textOf(entry, "documentation") ?? "",
      },
    ];
  });
}

/** Pure; null when it is no list of offsets. */
export function parseOffsets(json: unknown): readonly OffsetEntry[] | null {
  if (!Array.isArray(fieldOf(json, "offsets"))) return null;
  return listOf(json, "offsets").flatMap((entry) => {
    const partition = objectOf(fieldOf(entry, "partition"));
    return partition === null ? [] : [{ partition, offset: objectOf(fieldOf(entry, "offset")) }];
  });
}

/** Pure. */
export function parseTopics(json: unknown, connector: string): readonly string[] {
  return listOf(fieldOf(json, connector), "topics").filter((topic): topic is string => {
    return typeof topic === "string";
  });
}

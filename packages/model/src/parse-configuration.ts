import type {
  ConnectorSettings,
  DecodingSettings,
  DeliverySettings,
  FilterSettings,
  PluginSettings,
} from "./consumer.ts";
import type { Fault } from "./error.ts";
import type { JsonObject, JsonValue } from "./json.ts";
import { type Labels, parseLabels } from "./labels.ts";
import { decodingOf } from "./parse-decoding.ts";
import { choiceAt, objectAt, refuseUnknown, wholeNumberAt } from "./setting-checks.ts";

/** The parts of `cdc.consumer.configuration`, checked and with defaults filled in. */
export interface Configuration {
  readonly handler: JsonObject;
  readonly delivery: DeliverySettings;
  readonly plugin: PluginSettings;
  readonly filter: FilterSettings;
  readonly connector: ConnectorSettings;
  /** What the consumer belongs to; roles are limited by it. */
  readonly labels: Labels;
  readonly decoding: DecodingSettings;
}

/** Defaults of `configuration.delivery`, each with the range that is accepted. */
const deliveryNumbers = {
  concurrency: { standard: 16, min: 1, max: 1_024 },
  deadlineMs: { standard: 10_000, min: 50, max: 600_000 },
  graceMs: { standard: 5_000, min: 50, max: 600_000 },
  attemptsMax: { standard: 8, min: 1, max: 1_000 },
  backoffFirstMs: { standard: 200, min: 1, max: 60_000 },
  backoffMaxMs: { standard: 30_000, min: 1, max: 3_600_000 },
  inFlightMax: { standard: 2_000, min: 1, max: 100_000 },
  retryAgeMaxMs: { standard: 86_400_000, min: 1_000, max: 2_592_000_000 },
  inFlightBytesMax: { standard: 64 * 1024 * 1024, min: 65_536, max: 1024 * 1024 * 1024 },
  parkedPercentMax: { standard: 90, min: 1, max: 100 },
  recordBytesMax: { standard: 8 * 1024 * 1024, min: 1_024, max: 64 * 1024 * 1024 },
  depthMax: { standard: 64, min: 8, max: 512 },
} as const;

const deliveryChoices = {
  startFrom: ["earliest", "latest"],
  parking: ["record", "key"],
  deadLetterBytes: ["encrypted", "reference"],
  fence: ["off", "subject"],
  replicaIdentity: ["default", "full"],
  format: ["auto", "json", "avro", "protobuf", "json-schema"],
} as const;

/** Defaults of `configuration.plugin`, each with the range that is accepted. */
const pluginNumbers = {
  rollbackWindowMs: { standard: 300_000, min: 1_000, max: 86_400_000 },
  rollbackPercentMax: { standard: 50, min: 1, max: 100 },
  rollbackAttemptsMin: { standard: 20, min: 1, max: 100_000 },
} as const;

const operations = ["snapshot", "insert", "update", "upsert", "delete", "truncate"] as const;

/** Partitions of a topic that gluttony makes. */
const partitions = { standard: 4, min: 1, max: 1_000 } as const;

/** Reads `configuration`; every fault is reported with its path. Unknown keys are faults. */
export function parseConfiguration(value: unknown): {
  configuration: Configuration;
  faults: readonly Fault[];
} {
  const faults: Fault[] = [];
  const root = objectAt(value ?? {}, "configuration", faults);
  refuseUnknown(
    root,
    {
      path: "configuration",
      known: ["handler", "delivery", "plugin", "connector", "filter", "decoding", "labels"],
    },
    faults,
  );
  return {
    configuration: {
      handler: objectAt(root["handler"] ?? {}, "configuration.handler", faults),
      delivery: deliveryOf(objectAt(root["delivery"] ?? {}, "configuration.delivery", faults), faults),
      plugin: pluginOf(objectAt(root["plugin"] ?? {}, "configuration.plugin", faults), faults),
      filter: filterOf(objectAt(root["filter"] ?? {}, "configuration.filter", faults), faults),
      connector: connectorOf(objectAt(root["connector"] ?? {}, "configuration.connector", faults), faults),
      labels: parseLabels(root["labels"], "configuration.labels", faults),
      decoding: decodingOf(objectAt(root["decoding"] ?? {}, "configuration.decoding", faults), faults),
    },
    faults,
  };
}

function deliveryOf(written: JsonObject, faults: Fault[]): DeliverySettings {
  const path = "configuration.delivery";
  const known = [...Object.keys(deliveryNumbers), ...Object.keys(deliveryChoices)];
  refuseUnknown(written, { path, known }, faults);
  const number = (name: keyof typeof deliveryNumbers): number =>
    wholeNumberAt(written[name], { path: `${path}.${name}`, ...deliveryNumbers[name] }, faults);
  const choice = <Name extends keyof typeof deliveryChoices>(
    name: Name,
  ): (typeof deliveryChoices)[Name][number] => {
    const choices: readonly [string, ...string[]] = deliveryChoices[name];
    return choiceAt(
      written[name],
      { path: `${path}.${name}`, choices },
      faults,
    ) as (typeof deliveryChoices)[Name][number];
  };
  return {
    concurrency: number("concurrency"),
    deadlineMs: number("deadlineMs"),
    graceMs: number("graceMs"),
    attemptsMax: number("attemptsMax"),
    backoffFirstMs: number("backoffFirstMs"),
    backoffMaxMs: number("backoffMaxMs"),
    inFlightMax: number("inFlightMax"),
    recordBytesMax: number("recordBytesMax"),
    depthMax: number("depthMax"),
    retryAgeMaxMs: number("retryAgeMaxMs"),
    inFlightBytesMax: number("inFlightBytesMax"),
    parkedPercentMax: number("parkedPercentMax"),
    startFrom: choice("startFrom"),
    parking: choice("parking"),
    deadLetterBytes: choice("deadLetterBytes"),
    fence: choice("fence"),
    replicaIdentity: choice("replicaIdentity"),
    format: choice("format"),
  };
}

function pluginOf(written: JsonObject, faults: Fault[]): PluginSettings {
  const path = "configuration.plugin";
  refuseUnknown(written, { path, known: ["rollback", ...Object.keys(pluginNumbers)] }, faults);
  const number = (name: keyof typeof pluginNumbers): number =>
    wholeNumberAt(written[name], { path: `${path}.${name}`, ...pluginNumbers[name] }, faults);
  return {
    rollback: choiceAt(written["rollback"], { path: `${path}.rollback`, choices: ["auto", "off"] }, faults),
    rollbackWindowMs: number("rollbackWindowMs"),
    rollbackPercentMax: number("rollbackPercentMax"),
    rollbackAttemptsMin: number("rollbackAttemptsMin"),
  };
}

function filterOf(written: JsonObject, faults: Fault[]): FilterSettings {
  const path = "configuration.filter";
  refuseUnknown(written, { path, known: ["operations"] }, faults);
  const listed = written["operations"] ?? [];
  if (!Array.isArray(listed)) {
    faults.push({
      path: `${path}.operations`,
      message: "Must be a list.",
      suggestion: '["insert", "update"]',
    });
    return { operations: [] };
  }
  return {
    operations: listed.map((entry: JsonValue, index: number) =>
      choiceAt(entry, { path: `${path}.operations[${index}]`, choices: operations }, faults),
    ),
  };
}

function connectorOf(written: JsonObject, faults: Fault[]): ConnectorSettings {
  const path = "configuration.connector";
  refuseUnknown(written, { path, known: ["partitions", "options"] }, faults);
  const options: Record<string, string> = {};
  for (const [name, option] of Object.entries(
    objectAt(written["options"] ?? {}, `${path}.options`, faults),
  )) {
    if (typeof option === "string" || typeof option === "number" || typeof option === "boolean") {
      options[name] = String(option);
    } else {
      faults.push({ path: `${path}.options.${name}`, message: "Must be text, a number or a boolean." });
    }
  }
  return {
    partitions: wholeNumberAt(written["partitions"], { path: `${path}.partitions`, ...partitions }, faults),
    options,
  };
}

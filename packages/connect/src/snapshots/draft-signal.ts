import type { CodedFault } from "../plan/coded-fault.ts";

/** What is done with a snapshot. Conditions are not offered: their text would run as SQL with the connector's rights. */
export type SnapshotDeed =
  | {
      readonly do: "execute";
      readonly connector: string;
      readonly tables: readonly string[];
      readonly type: "incremental" | "blocking";
    }
  | { readonly do: "stop"; readonly connector: string; readonly tables: readonly string[] }
  | { readonly do: "pause" | "resume"; readonly connector: string };

/** A row of the signal table. */
export interface Signal {
  readonly id: string;
  readonly type: string;
  readonly data: string;
}

/** One table of the source. */
export interface SourceTableSeen {
  /** `schema.table` */
  readonly name: string;
  readonly hasPrimaryKey: boolean;
}

export interface SignalDraft {
  readonly signal: Signal;
  readonly refusals: readonly CodedFault[];
}

export interface SignalGround {
  readonly config: { readonly [option: string]: string };
  /** Tables of the source that the connector captures. */
  readonly tables: readonly SourceTableSeen[];
}

const ID_LENGTH_MAX = 42;
const DATA_LENGTH_MAX = 2_048;

/**
 * The signal for a deed, checked first: Debezium ignores a table that the connector does not capture, without an error. Pure.
 */
export function draftSignal(deed: SnapshotDeed, id: string, ground: SignalGround): SignalDraft {
  const tables = "tables" in deed ? [...new Set(deed.tables)] : [];
  const data = dataOf(deed, tables);
  return {
    signal: { id, type: `${deed.do}-snapshot`, data },
    refusals: [
      ...channelFaults(ground.config),
      ...idFaults(id),
      ...("tables" in deed ? tableFaults(deed, ground.tables) : []),
      ...(data.length > DATA_LENGTH_MAX
        ? [
            fault(
              "tables",
              `Are too many for one signal: their names take ${data.length} of ${DATA_LENGTH_MAX} characters.`,
            ),
          ]
        : []),
    ],
  };
}

/** Names are regular expressions to Debezium; a missing `data` would end its channel. */
function dataOf(deed: SnapshotDeed, tables: readonly string[]): string {
  switch (deed.do) {
    case "execute":
      return JSON.stringify({ type: deed.type, "data-collections": tables.map(escaped) });
    case "stop":
      return JSON.stringify({
        type: "incremental",
        ...(tables.length === 0 ? {} : { "data-collections": tables.map(escaped) }),
      });
    case "pause":
    case "resume":
      return JSON.stringify({ type: "incremental" });
  }
}

function escaped(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9_]/g, "\\$&");
}

function channelFaults(config: SignalGround["config"]): readonly CodedFault[] {
  const channels = (config["signal.enabled.channels"] ?? "source")
    .split(",")
    .map((channel) => channel.trim());
  if (config["signal.data.collection"] !== undefined && channels.includes("source")) return [];
  return [
    {
      code: "connect.no_signal_table",
      path: "connector",
      message: "The connector takes no signals from a table.",
      suggestion: "Set signal.data.collection to a table (id, type, data) of the source.",
    },
  ];
}

function idFaults(id: string): readonly CodedFault[] {
  const isPlain = /^[A-Za-z0-9_.:-]+$/.test(id) && id.length <= ID_LENGTH_MAX;
  return isPlain ? [] : [fault("id", `Must be 1 to ${ID_LENGTH_MAX} letters, digits and _ . : -`)];
}

function tableFaults(
  deed: Extract<SnapshotDeed, { tables: readonly string[] }>,
  tables: readonly SourceTableSeen[],
): readonly CodedFault[] {
  if (deed.do === "execute" && deed.tables.length === 0) return [fault("tables", "Name at least one table.")];
  return deed.tables.flatMap((name, at): readonly CodedFault[] => {
    const path = `tables[${at}]`;
    const table = tables.find((one) => one.name === name);
    if (table === undefined) {
      const near = tables.find((one) => one.name.toLowerCase() === name.toLowerCase())?.name;
      const missing = fault(path, "The connector captures no table of this name.");
      return [near === undefined ? missing : { ...missing, suggestion: near }];
    }
    if (deed.do !== "execute" || deed.type === "blocking" || table.hasPrimaryKey) return [];
    return [
      {
        ...fault(path, "Has no primary key; an incremental snapshot cannot read it in pieces."),
        suggestion: "type: blocking",
      },
    ];
  });
}

function fault(path: string, message: string): CodedFault {
  return { code: "connect.snapshot_invalid", path, message };
}

import { type Fields, fieldsOf, itemsOf, shown } from "./fields.ts";
import { tableLines } from "./table.ts";

const glyphs: { readonly [state: string]: string } = {
  running: "●",
  idle: "○",
  lagging: "▲",
  degraded: "▲",
  recovering: "↻",
  blocked: "■",
  failed: "✕",
  silent: "?",
  paused: "‖",
  stopped: "□",
  starting: "…",
  draining: "…",
};

/** The overview for a person: what needs attention first, each with its cause and the next thing to do. Pure. */
export function overviewLines(overview: Fields): readonly string[] {
  const items = itemsOf(overview);
  const header = ["STATE", "CONSUMER", "AT", "SINCE", "LAG", "BEHIND", "PER S", "LETTERS", "SOURCE HOLDS"];
  return [
    headLine(overview),
    "",
    ...tableLines(header, items.map(rowOf)),
    ...items.flatMap(adviceOf),
    ...(overview["next"] === null ? [] : ["", "More consumers than are shown."]),
  ];
}

function headLine(overview: Fields): string {
  const counts = Object.entries(fieldsOf(overview["counts"])).filter(([, count]) => count !== 0);
  return [
    `${shown(overview["needAttention"])} need attention`,
    counts.map(([state, count]) => `${shown(count)} ${state}`).join(" · "),
    `${shown(overview["endedPerSecond"])} records/s`,
    `oldest lag ${lengthOf(overview["oldestLagMs"])}`,
    `${shown(overview["lettersOpen"])} dead letters`,
  ].join("   ");
}

function rowOf(item: Fields): readonly string[] {
  const chain = fieldsOf(item["chain"]);
  const consumer = fieldsOf(chain["consumer"]);
  const slot = fieldsOf(fieldsOf(chain["source"])["slot"]);
  const state = shown(item["state"]);
  return [
    `${glyphs[state] ?? "–"} ${state}`,
    shown(fieldsOf(item["consumer"])["name"]),
    shown(item["at"]),
    shown(item["since"]),
    shown(consumer["lagRecords"]),
    lengthOf(consumer["lagMs"]),
    shown(fieldsOf(consumer["rates"])["endedPerSecond"]),
    shown(consumer["lettersOpen"]),
    sizeOf(slot["retainedBytes"]),
  ];
}

/** What the state is because of, and what to do; nothing for what runs. */
function adviceOf(item: Fields): readonly string[] {
  const cause = fieldsOf(item["cause"]);
  if (cause["code"] === undefined || cause["code"] === "consumer.stopped") return [];
  return [
    "",
    `${shown(fieldsOf(item["consumer"])["name"])}: ${shown(cause["code"])}  ${shown(cause["title"])}`,
    `  → ${shown(item["next"])}`,
  ];
}

/** A length of milliseconds for a person; a dash when it is not known. */
function lengthOf(value: unknown): string {
  if (typeof value !== "number") return "–";
  const seconds = Math.round(value / 1_000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3_600)} h ${Math.floor((seconds % 3_600) / 60)} min`;
}

function sizeOf(value: unknown): string {
  if (typeof value !== "string") return "–";
  const megabytes = Number(BigInt(value) / 1024n / 1024n);
  return megabytes < 1_024 ? `${megabytes} MB` : `${(megabytes / 1_024).toFixed(1)} GB`;
}

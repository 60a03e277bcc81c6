import { type Fields, fieldsOf, shown } from "./fields.ts";
import { tableLines } from "./table.ts";

/** A consumer's status for a person: what is asked, what is seen and why, how far behind, where each record went. */
export function statusLines(status: Fields): readonly string[] {
  const observed = fieldsOf(status["observed"]);
  const lag = fieldsOf(status["lag"]);
  const accounting = fieldsOf(status["accounting"]);
  const total = fieldsOf(accounting["total"]);
  return [
    `${shown(fieldsOf(status["consumer"])["name"])}: asked ${shown(status["desired"])}, seen ${shown(observed["state"])} since ${shown(observed["since"])}`,
    ...steeringLines(status),
    ...causeLines(fieldsOf(observed["cause"])),
    `lag: ${shown(lag["records"])} records, ${shown(lag["ms"])} ms`,
    `endings: ${JSON.stringify(total["endings"] ?? {})}, sum ${shown(total["sum"])} of ${shown(total["markMinusStart"])} offsets, balances: ${shown(total["balances"])}`,
    `dead letters open: ${shown(fieldsOf(status["deadLetters"])["open"])}`,
    ...partitionLines(accounting["partitions"]),
  ];
}

/** Who paused or stopped it; that it is to run needs no word. */
function steeringLines({ desired, steering }: Fields): readonly string[] {
  if (desired === "enabled" || steering === null) return [];
  const { actor, reason, at, until } = fieldsOf(steering);
  const end = until === null || until === undefined ? "" : `, until ${shown(until)}`;
  return [`${shown(desired)} by ${shown(actor)} at ${shown(at)}${end}: ${shown(reason)}`];
}

function causeLines(cause: Fields): readonly string[] {
  if (cause["code"] === undefined) return [];
  const faults = Array.isArray(cause["faults"]) ? cause["faults"].map(fieldsOf) : [];
  return [
    `cause: ${shown(cause["code"])}  ${shown(cause["title"])}  ${JSON.stringify(cause["facts"] ?? {})}`,
    ...faults.map(
      (fault) => `  ${shown(fault["path"])}: ${shown(fault["message"])}  → ${shown(fault["suggestion"])}`,
    ),
    `  → ${shown(cause["remedy"])}`,
  ];
}

function partitionLines(partitions: unknown): readonly string[] {
  if (!Array.isArray(partitions) || partitions.length === 0) return [];
  const rows = partitions.map(fieldsOf).map((one) => {
    const endings = fieldsOf(one["endings"]);
    return [
      one["partition"],
      one["start"],
      one["mark"],
      endings["done"],
      endings["filtered"],
      endings["parked"],
      endings["skipped"],
      endings["hole"],
      one["balances"],
    ].map(shown);
  });
  return tableLines(
    ["PARTITION", "START", "MARK", "DONE", "FILTERED", "PARKED", "SKIPPED", "HOLES", "BALANCES"],
    rows,
  );
}

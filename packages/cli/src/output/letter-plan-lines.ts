import { type Fields, fieldsOf, shown } from "./fields.ts";
import { tableLines } from "./table.ts";

/** A plan of dead letters for a person: how many of what, what stays and why, and how to do exactly that. */
export function letterPlanLines(plan: Fields): readonly string[] {
  const deed = shown(plan["deed"]);
  const keys = fieldsOf(plan["keys"]);
  const followers = Number(plan["followers"] ?? 0);
  return [
    `would ${deed} ${shown(plan["count"])} of ${shown(keys["count"])} keys`,
    ...countLines(["CODE", "LETTERS"], plan["byFailureCode"], "failureCode"),
    ...countLines(["PARTITION", "LETTERS"], plan["byPartition"], "partition"),
    ...countLines(["KEY WITH MOST", "LETTERS"], keys["most"], "subject"),
    ...(followers > 0 ? [`${followers} more are parked behind these, and follow them`] : []),
    ...leftLines(fieldsOf(plan["leftOut"])),
    `exactly that, until ${shown(plan["expiresAt"])}: --plan ${shown(plan["hash"])}@${shown(plan["expiresAt"])}`,
  ];
}

function countLines(header: readonly string[], counted: unknown, name: string): readonly string[] {
  if (!Array.isArray(counted) || counted.length === 0) return [];
  const rows = counted.map(fieldsOf).map((one) => [shown(one[name]), shown(one["count"])]);
  return ["", ...tableLines(header, rows), ""];
}

const words: { readonly [reason: string]: string } = {
  behindAnother: "stay behind an earlier letter of their key",
  forceNeeded: "failed five replays: only with --force",
  withoutRecord: "hold no record",
  underWay: "are being replayed",
  closed: "are replayed or discarded already",
};

function leftLines(leftOut: Fields): readonly string[] {
  return Object.entries(words)
    .filter(([reason]) => Number(leftOut[reason] ?? 0) > 0)
    .map(([reason, word]) => `${shown(leftOut[reason])} ${word}`);
}

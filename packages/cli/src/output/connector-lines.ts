import { type Fields, fieldsOf, shown } from "./fields.ts";
import { tableLines } from "./table.ts";

/** How a connector stands, for a person: state, since when, why, and what happens next. */
export function standingLines(standing: Fields): readonly string[] {
  const cause = fieldsOf(standing["cause"]);
  const next = fieldsOf(standing["next"]);
  const since = standing["since"] === null ? "" : ` since ${shown(standing["since"])}`;
  return [
    `${shown(standing["name"])}: ${shown(standing["state"])}${since}`,
    ...(cause["code"] === undefined
      ? []
      : [
          `cause: ${shown(cause["code"])}  ${shown(cause["title"])}  ${JSON.stringify(cause["facts"] ?? {})}`,
        ]),
    ...(next["what"] === undefined ? [] : [`  → ${shown(next["what"])}${atOf(next["at"])}`]),
  ];
}

function atOf(at: unknown): string {
  return typeof at === "string" ? ` (at ${at})` : "";
}

/** A connector from all sides. */
export function connectorLines(connector: Fields): readonly string[] {
  const config = Object.entries(fieldsOf(connector["config"])).map(([name, value]) => [name, shown(value)]);
  const named = ["kind", "class", "topic", "source", "slot", "publication", "worker"] as const;
  return [
    ...standingLines(connector),
    ...named.map((name) => `${name}: ${shown(connector[name])}`),
    ...taskLines(listIn(connector, "tasks")),
    ...changeLines("drift", listIn(connector, "drift")),
    ...(config.length === 0 ? [] : tableLines(["OPTION", "VALUE"], config)),
  ];
}

function taskLines(tasks: readonly Fields[]): readonly string[] {
  const rows = tasks.map(({ id, state, worker, failure }) => [id, state, worker, failure].map(shown));
  return rows.length === 0 ? [] : tableLines(["TASK", "STATE", "WORKER", "FAILURE"], rows);
}

/** What a plan would change, why it cannot be applied, and what it does besides. */
export function planLines(plan: Fields): readonly string[] {
  const effects = Array.isArray(plan["effects"]) ? plan["effects"].map(String) : [];
  return [
    `${shown(plan["do"])} ${shown(plan["connector"])}`,
    ...changeLines("changes", listIn(plan, "changes")),
    ...(effects.length === 0 ? [] : [`effects: ${effects.join(", ")}`]),
    ...faultLines("✕", listIn(plan, "refusals")),
    ...faultLines("!", listIn(plan, "warnings")),
    `plan hash: ${shown(plan["hash"])}`,
  ];
}

/** Faults or warnings, each with what to write instead. */
export function faultLines(glyph: string, faults: readonly Fields[]): readonly string[] {
  return faults.flatMap(({ code, pointer, message, suggestion }) => [
    `${glyph} ${shown(code)}  ${shown(pointer)}: ${shown(message)}`,
    ...(typeof suggestion === "string" && suggestion !== "" ? [`  → ${suggestion}`] : []),
  ]);
}

function changeLines(title: string, changes: readonly Fields[]): readonly string[] {
  return changes.length === 0
    ? []
    : [
        `${title}:`,
        ...changes.map(
          ({ option, before, after }) => `  ${shown(option)}: ${shown(before)} → ${shown(after)}`,
        ),
      ];
}

/** The objects in a list of an answer. */
export function listIn(fields: Fields, name: string): readonly Fields[] {
  const list = fields[name];
  return Array.isArray(list) ? list.map(fieldsOf) : [];
}

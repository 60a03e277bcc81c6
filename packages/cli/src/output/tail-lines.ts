import { changeLines } from "./change-lines.ts";
import { type Fields, fieldsOf, shown } from "./fields.ts";

/** Colours of a terminal (ECMA-48, SGR). */
const colours = { green: 32, red: 31, yellow: 33, cyan: 36, gray: 90 } as const;
type Colour = keyof typeof colours;

/** How each outcome looks. */
const looks: { readonly [name: string]: { readonly glyph: string; readonly colour: Colour } } = {
  delivered: { glyph: "✓", colour: "green" },
  replayed: { glyph: "✓", colour: "green" },
  filtered: { glyph: "⊘", colour: "gray" },
  skipped: { glyph: "⊘", colour: "gray" },
  not_accounted: { glyph: "⊘", colour: "gray" },
  parked: { glyph: "✕", colour: "red" },
  discarded: { glyph: "✕", colour: "red" },
  deleted: { glyph: "✕", colour: "red" },
  retrying: { glyph: "↻", colour: "yellow" },
  replaying: { glyph: "↻", colour: "yellow" },
  waiting_behind: { glyph: "‖", colour: "yellow" },
  held_up: { glyph: "■", colour: "red" },
};

/** A record and what became of it, for a person; colours only where they are asked for. Pure. */
export function tailLines(record: Fields, hasColour: boolean): readonly string[] {
  const outcome = fieldsOf(record["outcome"]);
  const { glyph, colour } = looks[shown(outcome["name"])] ?? { glyph: "…", colour: "cyan" };
  const told = `${glyph} ${outcomeText(outcome, shown(record["partition"]))}`;
  const [head = "", ...fields] = changeLines(record);
  return [`${head}  ${hasColour ? coloured(told, colour) : told}`, ...fields];
}

function coloured(text: string, colour: Colour): string {
  return `\u001b[${colours[colour]}m${text}\u001b[39m`;
}

function outcomeText(outcome: Fields, partition: string): string {
  const { name, rule, attempts, durationMs, nextAttemptAt, behindOffset, deadLetter, code } = outcome;
  const parts = [
    shown(name).replaceAll("_", " "),
    ...(rule === null ? [] : [`by ${shown(rule)}`]),
    ...(durationMs === null ? [] : [`${Math.round(Number(durationMs))} ms`]),
    ...(attempts === null || attempts === 1 ? [] : [`attempt ${shown(attempts)}`]),
    ...(code === null ? [] : [shown(code)]),
    ...(nextAttemptAt === null ? [] : [`next at ${shown(nextAttemptAt)}`]),
    ...(behindOffset === null ? [] : [`${partition}@${shown(behindOffset)}`]),
    ...(deadLetter === null ? [] : [`dead letter ${shown(deadLetter)}`]),
  ];
  return parts.join("  ");
}

const gapWords: { readonly [reason: string]: string } = {
  slow: "were left out: this view is too slow for them",
  deleted: "were deleted from the log before they were shown",
  recreated: "the topic was made anew: it is shown from its beginning",
  not_followed: "open records are not followed any further",
};

/** What a stream left out, for a person. Pure. */
export function gapLine({ reason, count }: Fields): string {
  const words = gapWords[shown(reason)] ?? shown(reason);
  return `── ${count === null ? words : `${shown(count)} ${words}`}`;
}

import type { Change } from "@gluttony/sdk";

/** What stands for a value. */
const hidden = "…";
/** Characters below which a value says nothing of a person, and would be found in every word. */
const lengthMin = 4;
/** In scripts other than Latin two characters are a name. */
const otherScriptLengthMin = 2;
/** Characters of a text that are looked through; the rest is left out. */
const textLengthMax = 20_000;
const valuesMax = 2_000;
const depthMax = 8;

/**
 * A handler's own words without the values of the row that it was given, however these are written there: targets quote what they
 * were asked, and handlers pass it on. Long numbers go, too: what a target knows besides is often one. Pure.
 */
export function hideValues(
  text: string,
  { key, before, after }: Pick<Change, "key" | "before" | "after">,
): string {
  const values = new Set<string>();
  for (const row of [key, before, after]) collect(row, values, 0);
  const forms = [...values].flatMap(writingsOf).toSorted((one, other) => other.length - one.length);
  const left = forms.reduce(without, text.slice(0, textLengthMax));
  return left.replaceAll(/\d{7,}/g, hidden);
}

function collect(value: unknown, values: Set<string>, depth: number): void {
  if (values.size >= valuesMax || depth > depthMax) return;
  if (typeof value === "string" || typeof value === "number" || typeof value === "bigint") {
    const text = String(value);
    if (isTelling(text)) values.add(text);
  } else if (typeof value === "object" && value !== null && !ArrayBuffer.isView(value)) {
    for (const inner of Object.values(value)) collect(inner, values, depth + 1);
  }
}

function isTelling(text: string): boolean {
  // oxlint-disable-next-line no-control-regex
  const isLatin = /^[\x00-\x7f]*$/.test(text);
  return text.trim().length >= (isLatin ? lengthMin : otherScriptLengthMin);
}

/** As it is, in JSON, in JSON within JSON, and in an address. */
function writingsOf(value: string): readonly string[] {
  const json = JSON.stringify(value).slice(1, -1);
  const percent = encodeURIComponent(value.replaceAll(/\p{Surrogate}/gu, "\uFFFD"));
  return [...new Set([value, json, JSON.stringify(json).slice(1, -1), percent])];
}

/** A word goes only where it stands as one: a row that holds `port` must not spoil `report`. */
function without(text: string, form: string): string {
  if (!text.includes(form)) return text;
  if (!/^\w+$/.test(form)) return text.replaceAll(form, hidden);
  return text.replaceAll(new RegExp(String.raw`\b${form}\b`, "g"), hidden);
}

/**
 * How many values a JSON text may hold, counted as its commas and opening brackets outside of strings: a hundred times what
 * the widest table has. A text of a few megabytes could otherwise become some hundred megabytes of empty objects.
 */
export const JSON_VALUES_MAX = 250_000;

/** Whether arrays and objects nest deeper than `depthMax`, found out without recursion. */
export function isTooDeep(text: string, depthMax: number): boolean {
  return (
    countUpTo(text, "{", depthMax) + countUpTo(text, "[", depthMax) > depthMax &&
    depthOf(text, depthMax) > depthMax
  );
}

/** Whether a text holds more than {@link JSON_VALUES_MAX} values. A short text cannot, and is not looked at. */
export function isTooWide(text: string): boolean {
  if (text.length <= JSON_VALUES_MAX) return false;
  let values = 0;
  for (let at = 0; at < text.length && values <= JSON_VALUES_MAX; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x22) at = endOfString(text, at);
    else if (code === 0x2c || code === 0x7b || code === 0x5b) values += 1;
  }
  return values > JSON_VALUES_MAX;
}

/** Cheap first look: what is rare even when strings are counted, too, need not be counted with care. */
function countUpTo(text: string, character: string, max: number): number {
  let count = 0;
  for (let at = text.indexOf(character); at !== -1 && count <= max; at = text.indexOf(character, at + 1))
    count += 1;
  return count;
}

function depthOf(text: string, depthMax: number): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < text.length && deepest <= depthMax; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x22) at = endOfString(text, at);
    else if (code === 0x7b || code === 0x5b) deepest = Math.max(deepest, (depth += 1));
    else if (code === 0x7d || code === 0x5d) depth -= 1;
  }
  return deepest;
}

/** Index of the closing quotation mark, or the text's end where there is none. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x5c) at += 1;
    else if (code === 0x22) return at;
  }
  return text.length;
}

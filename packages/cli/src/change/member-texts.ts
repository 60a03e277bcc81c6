/**
 * The members of a JSON object as they are written, by name: a number keeps all its digits. The text must be JSON; of a name
 * that repeats, the last is kept. Pure.
 */
export function memberTexts(text: string): ReadonlyMap<string, string> {
  const members = new Map<string, string>();
  let at = text.indexOf("{") + 1;
  for (;;) {
    at = skipBlank(text, at);
    if (text[at] !== '"') return members;
    const nameEnd = endOfString(text, at);
    const name = String(JSON.parse(text.slice(at, nameEnd)));
    const start = skipBlank(text, skipBlank(text, nameEnd) + 1);
    const end = endOfValue(text, start);
    members.set(name, text.slice(start, end).trimEnd());
    if (text[end] !== ",") return members;
    at = end + 1;
  }
}

/** Index of the comma or bracket behind a value. */
function endOfValue(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"') at = endOfString(text, at) - 1;
    else if (character === "{" || character === "[") depth += 1;
    else if (character === "}" || character === "]") {
      if (depth === 0) return at;
      depth -= 1;
    } else if (character === "," && depth === 0) return at;
  }
  return text.length;
}

/** Index behind the closing quotation mark. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === '"') return at + 1;
  }
  return text.length;
}

function skipBlank(text: string, from: number): number {
  let at = from;
  while (at < text.length && " \t\n\r".includes(text[at] ?? "")) at += 1;
  return at;
}

/** Where a value stands in a text: its first character, and one past its last. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const bracket = 0x5b;
const backslash = 0x5c;
const bracketEnd = 0x5d;
const brace = 0x7b;
const braceEnd = 0x7d;

/** What came of looking for a member. */
export interface FoundMember {
  /** The last one of a name that repeats; null where the object does not have it. */
  readonly value: Span | null;
  /** One past the bracket that closes the object. */
  readonly end: number;
}

/**
 * Looks for a member of the JSON object that begins at `from`. Everything else is skipped and not read, so that faults in it stay
 * unseen; null where the text is plainly no object. Pure.
 */
export function findMember(text: string, from: number, name: string): FoundMember | null {
  let value: Span | null = null;
  if (text.charCodeAt(from) !== brace) return null;
  let at = afterSpace(text, from + 1);
  if (text.charCodeAt(at) === braceEnd) return { value, end: at + 1 };
  for (;;) {
    const nameEnd = text.charCodeAt(at) === quote ? endOfText(text, at) : 0;
    const separator = nameEnd === 0 ? 0 : afterSpace(text, nameEnd);
    if (separator === 0 || text.charCodeAt(separator) !== colon) return null;
    const start = afterSpace(text, separator + 1);
    const end = endOfValue(text, start);
    if (end === 0) return null;
    if (isName(text, { start: at + 1, end: nameEnd - 1 }, name)) value = { start, end };
    at = afterSpace(text, end);
    const code = text.charCodeAt(at);
    if (code === braceEnd) return { value, end: at + 1 };
    if (code !== comma) return null;
    at = afterSpace(text, at + 1);
  }
}

/** A name may be written with escapes. */
function isName(text: string, { start, end }: Span, name: string): boolean {
  if (name.length === end - start && text.startsWith(name, start)) return true;
  const escape = text.indexOf("\\", start);
  return escape !== -1 && escape < end && unescaped(text.slice(start, end)) === name;
}

/** Null for what is no name at all. */
function unescaped(written: string): string | null {
  try {
    return String(JSON.parse(`"${written}"`));
  } catch {
    return null;
  }
}

/** One past the last character of a value; 0 where it does not end. */
export function endOfValue(text: string, start: number): number {
  const code = text.charCodeAt(start);
  if (code === quote) return endOfText(text, start);
  if (code === brace || code === bracket) return endOfNested(text, start);
  for (let at = start; at < text.length; at += 1) {
    const next = text.charCodeAt(at);
    if (next === comma || next === braceEnd || next === bracketEnd || next <= 0x20) return at;
  }
  return 0;
}

function endOfNested(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      const end = endOfText(text, at);
      if (end === 0) return 0;
      at = end - 1;
    } else if (code === brace || code === bracket) depth += 1;
    else if ((code === braceEnd || code === bracketEnd) && (depth -= 1) === 0) return at + 1;
  }
  return 0;
}

/** One past the quotation mark that ends a text; 0 where none does. */
function endOfText(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end + 1;
}

/** Whether an odd number of backslashes stands before a place. */
function isEscaped(text: string, at: number): boolean {
  let first = at;
  while (text.charCodeAt(first - 1) === backslash) first -= 1;
  return (at - first) % 2 === 1;
}

function afterSpace(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) <= 0x20) at += 1;
  return at;
}

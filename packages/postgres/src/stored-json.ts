/** Escapes of what no database text holds, U+0000 and halves of a surrogate pair, and of a backslash, which may stand before one. */
const escapes = /\\(?:u(?:0000|d[89a-f][0-9a-f]{2})|.)/g;
const replacement = "\\ufffd";

/**
 * A value as a `json` parameter. What Postgres would refuse of it is replaced (U+FFFD), as UTF-8 does with texts: a message of a
 * handler, a worker or a source may hold it, or half of it where it was cut, and must not keep the rest from being written. Pure.
 */
export function storedJson(value: unknown): string {
  const text = JSON.stringify(value);
  if (!text.includes("\\u")) return text;
  return text.replaceAll(escapes, (escape) => (isRefused(escape) ? replacement : escape));
}

/** JSON.stringify writes other control characters in this form, too, and whole pairs not at all. */
function isRefused(escape: string): boolean {
  return escape.length > 2;
}

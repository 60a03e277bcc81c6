/** Whether a value, or anything in it, is a text that no database keeps. The value is known not to be deep. Pure. */
export function holdsUnkept(value: unknown): boolean {
  if (typeof value === "string") return isUnkept(value);
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return value.some(holdsUnkept);
  return Object.entries(value).some(([name, inner]) => isUnkept(name) || holdsUnkept(inner));
}

/** U+0000 and halves of a surrogate pair: no text and no JSON document of the database holds them. */
function isUnkept(text: string): boolean {
  return text.includes("\u0000") || /\p{Surrogate}/u.test(text);
}

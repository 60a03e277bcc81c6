/** Whether a value, or anything in it, is a text with U+0000. The value is known not to be deep. */
export function holdsNul(value: unknown): boolean {
  if (typeof value === "string") return value.includes("\u0000");
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return value.some(holdsNul);
  return Object.entries(value).some(([name, inner]) => name.includes("\u0000") || holdsNul(inner));
}

/**
 * A Java regular expression that matches exactly this text. Everything but letters, digits and underscores is written by
 * its code, because Debezium splits its lists at commas before it reads the expressions. Pure.
 */
export function exactly(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9_]/g, (unit: string) => {
    if (unit === ".") return "\\.";
    return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

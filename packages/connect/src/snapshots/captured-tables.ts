/**
 * Which of a source's tables a connector captures, by its lists as Debezium reads them: regular expressions over `schema.table`,
 * anchored, without case. A pattern that JavaScript cannot read matches nothing. Pure.
 */
export function capturedTables(
  config: { readonly [option: string]: string },
  names: readonly string[],
): readonly string[] {
  const includes = patternsOf(config["table.include.list"]);
  const excludes = patternsOf(config["table.exclude.list"]);
  const schemas = patternsOf(config["schema.include.list"]);
  return names.filter((name) => {
    const schema = name.split(".", 1)[0] ?? "";
    if (schemas !== null && !schemas.some((pattern) => pattern.test(schema))) return false;
    if (includes !== null) return includes.some((pattern) => pattern.test(name));
    return excludes === null || !excludes.some((pattern) => pattern.test(name));
  });
}

function patternsOf(list: string | undefined): readonly RegExp[] | null {
  if (list === undefined || list.trim() === "") return null;
  return list.split(",").flatMap((text) => {
    try {
      return [new RegExp(`^(?:${text.trim()})$`, "i")];
    } catch {
      return [];
    }
  });
}

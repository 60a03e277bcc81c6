import { codes, type GluttonyError } from "@gluttony/model";

/** What a person reads on stderr: what is wrong, where, and what to do. */
export function problemLines(error: GluttonyError): readonly string[] {
  return [
    `✕ ${error.code}  ${error.message}`,
    ...error.faults.map(({ path, message, suggestion }) => {
      const instead = suggestion === undefined ? "" : `  → ${suggestion}`;
      return `  ${path}: ${message}${instead}`;
    }),
    `  → ${codes[error.code].remedy}`,
  ];
}

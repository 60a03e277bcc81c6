import { readFileSync, statSync } from "node:fs";
import { type Fault, GluttonyError } from "@gluttony/model";
import { parseDocument, stringify } from "yaml";

/** Bytes of a document; the admin API takes no more. */
const bytesMax = 8 * 1024 * 1024;

/**
 * Reads a configuration document in YAML or JSON, which is YAML, too. Throws `config.document_invalid` with line and column
 * of every fault. Aliases are refused: a few lines of them can stand for gigabytes.
 */
export function readDocument(path: string): unknown {
  const parsed = parseDocument(textOf(path), { version: "1.2", schema: "core", prettyErrors: true });
  if (parsed.errors.length > 0) {
    throw invalid(
      parsed.errors.map(({ linePos, code }) => {
        const [at] = linePos ?? [];
        const place = at === undefined ? path : `${path}:${at.line}:${at.col}`;
        return { path: place, message: `Is not YAML: ${code.toLowerCase().replaceAll("_", " ")}.` };
      }),
    );
  }
  try {
    return parsed.toJS({ maxAliasCount: 0 });
  } catch {
    throw invalid([{ path, message: "Uses aliases.", suggestion: "Write each value out." }]);
  }
}

/** A document as YAML, whose lines do not break where a text is long, so that differences stay small. */
export function documentText(document: unknown): string {
  return stringify(document, { lineWidth: 0, aliasDuplicateObjects: false });
}

function textOf(path: string): string {
  let text: string;
  try {
    // Standard input has no size before it is read.
    if (path !== "-" && statSync(path).size > bytesMax)
      throw invalid([{ path, message: `Has more than ${bytesMax} bytes.` }]);
    text = readFileSync(path === "-" ? 0 : path, "utf8");
  } catch (cause) {
    if (cause instanceof GluttonyError) throw cause;
    throw invalid([{ path, message: "The file cannot be read." }]);
  }
  return text;
}

function invalid(faults: readonly Fault[]): GluttonyError {
  return new GluttonyError("config.document_invalid", {}, { faults });
}

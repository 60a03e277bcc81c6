import { readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import type { ReferencedSchema, SchemaLanguage, WriterSchema } from "@gluttony/sdk/codecs";
import type { SchemaSource } from "./schema-source.ts";

const endings: readonly (readonly [ending: string, language: SchemaLanguage])[] = [
  ["avsc", "avro"],
  ["proto", "protobuf"],
  ["json", "json-schema"],
];
/** Files that one `.proto` may import, directly or not. */
const importsMax = 64;

/** Schemas in files of one folder, named by their id: `7.avsc`, `7.proto`, `7.json`. A `.proto` imports by its path in it. */
export function schemaFolder(folder: string): SchemaSource {
  const known = new Map<string, WriterSchema>();
  return {
    async find(ref) {
      const schema = known.get(ref) ?? (await readSchema(folder, ref));
      if (schema === null) {
        const message = `The folder has no file for the schema ${ref}.`;
        return { failure: { kind: "record", code: "record.schema_unknown", message } };
      }
      known.set(ref, schema);
      return { schema };
    },
    close: async () => undefined,
  };
}

async function readSchema(folder: string, ref: string): Promise<WriterSchema | null> {
  const id = ref.slice(ref.indexOf("/") + 1);
  for (const [ending, language] of endings) {
    const text = await textOf(folder, `${id}.${ending}`);
    if (text === null) continue;
    const references = language === "protobuf" ? await importsOf(folder, text) : [];
    return { ref, language, text, references };
  }
  return null;
}

/** What is not in the folder is left out: every reader knows Google's own files. */
async function importsOf(folder: string, text: string): Promise<readonly ReferencedSchema[]> {
  const found = new Map<string, string>();
  const waiting = importedBy(text);
  for (let name = waiting.shift(); name !== undefined && found.size < importsMax; name = waiting.shift()) {
    const imported = found.has(name) ? null : await textOf(folder, name);
    if (imported === null) continue;
    found.set(name, imported);
    waiting.push(...importedBy(imported));
  }
  return [...found].map(([name, imported]) => ({ name, text: imported }));
}

function importedBy(text: string): string[] {
  return [...text.matchAll(/(?<=^|;)\s*import\s+(?:public\s+|weak\s+)?"([^"]+)"\s*;/gm)].map(
    ([, name = ""]) => name,
  );
}

/** Null for a file that is not there, or not in the folder. */
async function textOf(folder: string, name: string): Promise<string | null> {
  const path = join(folder, name);
  if (relative(folder, path).startsWith("..")) return null;
  return readFile(path, "utf8").catch(() => null);
}

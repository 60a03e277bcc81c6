import { createHash } from "node:crypto";
import { readFile, readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/** One numbered SQL file. */
export interface Migration {
  readonly number: number;
  /** The file's name without its ending, for example `0001-consumer`. */
  readonly name: string;
  readonly sha256: string;
  readonly sql: string;
}

const folder = fileURLToPath(new URL("../sql/", import.meta.url));

/** Reads the SQL files that are shipped with this version, in their order. */
export async function readMigrations(): Promise<readonly Migration[]> {
  const names = (await readdir(folder)).filter((name) => /^\d{4}-[a-z-]+\.sql$/.test(name)).toSorted();
  return Promise.all(names.map(readMigration));
}

async function readMigration(fileName: string): Promise<Migration> {
  const sql = await readFile(`${folder}${fileName}`, "utf8");
  return {
    number: Number(fileName.slice(0, 4)),
    name: fileName.slice(0, -".sql".length),
    // A checkout that turns line ends must not look like a changed migration.
    sha256: createHash("sha256").update(sql.replaceAll("\r\n", "\n")).digest("hex"),
    sql,
  };
}

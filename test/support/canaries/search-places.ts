import { spawn } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import type { Pool } from "@gluttony/postgres";
import { type FoundCanary, findCanaries } from "./find-canaries.ts";

/** One thing that may hold a canary. */
export interface SearchedText {
  readonly where: string;
  readonly content: string | Uint8Array;
}

/** Things of one kind that are asked for one by one. */
const idsAtMost = 8;

/** Every table of the database, whole, as a dump would hold it; bytes are in hexadecimal digits. */
export async function dumpOf(pool: Pool): Promise<readonly SearchedText[]> {
  const tables = await pool.query<{ name: string }>(
    `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
     where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE'`,
  );
  const texts: SearchedText[] = [];
  for (const { name } of tables) {
    const rows = await pool.query<{ text: string }>(`select t::text as text from ${name} t`);
    texts.push({ where: `table ${name}`, content: rows.map(({ text }) => text).join("\n") });
  }
  return texts;
}

/** What `pg_dump` writes; nothing where there is none, or one that is older than the server. */
export async function dumpByProgram(databaseUrl: string): Promise<readonly SearchedText[]> {
  const dumping = spawn("pg_dump", ["--dbname", databaseUrl], { stdio: ["ignore", "pipe", "ignore"] });
  const status = new Promise<number | null>((resolve) => {
    dumping.once("error", () => resolve(null));
    dumping.once("close", resolve);
  });
  const content = await buffer(dumping.stdout);
  return (await status) === 0 ? [{ where: "pg_dump", content }] : [];
}

/** Every GET that the API describes, for everything that its lists name. */
export async function everyGet(url: string): Promise<readonly SearchedText[]> {
  const description: Description = JSON.parse(await textOf(`${url}/openapi.json`));
  const paths = Object.entries(description.paths).flatMap(([path, verbs]) => ("get" in verbs ? [path] : []));
  const lists = paths.filter((path) => !path.includes("{"));
  const texts: SearchedText[] = [];
  const ids = new Map<string, readonly string[]>();
  for (const path of lists) {
    const isList = path.startsWith("/api/v1/");
    const content = await textOf(
      `${url}${path}${isList && (await takesLimit(url, path)) ? "?limit=200" : ""}`,
    );
    texts.push({ where: `GET ${path}`, content });
    // What is exported is lines, not a list.
    if (isList && !path.includes(":")) ids.set(path, idsIn(content));
  }
  for (const path of paths.filter((one) => one.includes("{"))) {
    const [list = ""] = path.split("/{", 1);
    for (const id of (ids.get(list) ?? []).slice(0, idsAtMost)) {
      const filled = path.replace(/\{\w+\}/, encodeURIComponent(id)).replaceAll(/\{\w+\}/g, "0");
      texts.push({ where: `GET ${path}`, content: await textOf(`${url}${filled}`) });
    }
  }
  return texts;
}

/** Every file below a folder. */
export async function filesBelow(folder: string): Promise<readonly SearchedText[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    files.map(async (file) => ({ where: `file ${file}`, content: await readFile(file).catch(() => "") })),
  );
}

/** What cells of a host left, or hold, in the folder for temporary files. */
export async function temporaryFiles(pid: number): Promise<readonly SearchedText[]> {
  const names = (await readdir(tmpdir())).filter((name) => name.startsWith(`gluttony-cell-${pid}-`));
  return (await Promise.all(names.map((name) => filesBelow(join(tmpdir(), name))))).flat();
}

export function canariesIn(texts: readonly SearchedText[]): readonly FoundCanary[] {
  return texts.flatMap(({ where, content }) => findCanaries(where, content));
}

interface Description {
  readonly paths: { readonly [path: string]: { readonly [verb: string]: unknown } };
}

/** What is answered within three seconds: a stream never ends. */
async function textOf(url: string): Promise<string> {
  let text = "";
  try {
    const { body } = await fetch(url, { signal: AbortSignal.timeout(3_000) });
    const decoder = new TextDecoder();
    for await (const chunk of body ?? []) text += decoder.decode(chunk, { stream: true });
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "TimeoutError") throw error;
  }
  return text;
}

async function takesLimit(url: string, path: string): Promise<boolean> {
  const response = await fetch(`${url}${path}?limit=200`);
  await response.arrayBuffer();
  return response.ok;
}

function idsIn(text: string): readonly string[] {
  const body: unknown = text.startsWith("{") ? JSON.parse(text) : null;
  const items: unknown = typeof body === "object" && body !== null ? Reflect.get(body, "items") : [];
  return (Array.isArray(items) ? items : []).flatMap((item: unknown) => {
    const id: unknown = Reflect.get(Object(item), "id") ?? Reflect.get(Object(item), "seq");
    return typeof id === "string" ? [id] : [];
  });
}

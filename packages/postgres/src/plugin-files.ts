import { createReadStream } from "node:fs";
import type { KeptFile } from "@gluttony/core";
import type { Queries } from "./pool.ts";

const partBytes = 1024 * 1024;

/**
 * Keeps a package file under its integrity, in place of what was kept under it before. The caller has begun the
 * transaction that records its release.
 */
export async function keepFile(queries: Queries, file: string, integrity: string): Promise<void> {
  await queries.query("delete from cdc.plugin_file where integrity = $1", [integrity]);
  let part = 0;
  const bytes: AsyncIterable<Buffer> = createReadStream(file, { highWaterMark: partBytes });
  for await (const chunk of bytes) {
    await queries.query("insert into cdc.plugin_file (integrity, part, bytes) values ($1, $2, $3)", [
      integrity,
      part,
      chunk,
    ]);
    part += 1;
  }
}

/** The file that a release was installed from; null when none is kept. What is read is not checked here. */
export async function readKeptFile(
  queries: Queries,
  packageName: string,
  version: string,
): Promise<KeptFile | null> {
  const [found] = await queries.query<{ integrity: string }>(
    `select r.integrity from cdc.plugin_release r
     where r.package = $1 and r.version = $2 and exists (select from cdc.plugin_file f where f.integrity = r.integrity)`,
    [packageName, version],
  );
  if (found === undefined) return null;
  return { integrity: found.integrity, parts: partsOf(queries, found.integrity) };
}

/** Forgets files that no release names any more. */
export async function removeUnnamedFiles(queries: Queries): Promise<void> {
  await queries.query(
    `delete from cdc.plugin_file f
     where not exists (select from cdc.plugin_release r where r.integrity = f.integrity)`,
  );
}

async function* partsOf(queries: Queries, integrity: string): AsyncGenerator<Uint8Array> {
  for (let part = 0; ; part += 1) {
    const [row] = await queries.query<{ bytes: Buffer }>(
      "select bytes from cdc.plugin_file where integrity = $1 and part = $2",
      [integrity, part],
    );
    if (row === undefined) return;
    yield row.bytes;
  }
}

import { createHash } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { createGzip } from "node:zlib";
import { pack } from "tar-stream";
import type { BundleFile, LeftFile } from "./bundle-file.ts";

/** What the manifest says besides the files. */
export interface BundleHead {
  readonly madeAt: Date;
  readonly madeBy: string;
  readonly version: string;
  readonly reason: string | null;
  /** Whether everything is in it that could be. */
  readonly isWhole: boolean;
  /** Whether it is about everything, or only about the consumers within the maker's scope. */
  readonly isOfAll: boolean;
}

/** What stands in `manifest.json`. Pure. */
export function manifestOf(
  { madeAt, ...head }: BundleHead,
  { files, left }: { readonly files: readonly BundleFile[]; readonly left: readonly LeftFile[] },
): object {
  return {
    format: "gluttony-diagnostics/1",
    madeAt: madeAt.toISOString(),
    ...head,
    files: files.map(({ path, source, bytes }) => ({
      path,
      source,
      bytes: bytes.length,
      sha256: createHash("sha256").update(bytes).digest("hex"),
    })),
    left,
  };
}

/** The files below one folder, with the manifest first, as a packed tar archive that only its owner may read. */
export async function archiveOf(
  folder: string,
  {
    files,
    manifest,
    at,
  }: { readonly files: readonly BundleFile[]; readonly manifest: object; readonly at: Date },
): Promise<Buffer> {
  const tar = pack();
  const add = (path: string, bytes: Buffer): void =>
    void tar.entry({ name: `${folder}/${path}`, mode: 0o600, mtime: at }, bytes);
  add("manifest.json", Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`, "utf8"));
  for (const { path, bytes } of files) add(path, bytes);
  tar.finalize();
  return buffer(tar.pipe(createGzip()));
}

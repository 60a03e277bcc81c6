import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";

/** What a manifest says, as far as tests look. */
export interface SeenManifest {
  readonly format: string;
  readonly madeBy: string;
  readonly reason: string | null;
  readonly isWhole: boolean;
  readonly isOfAll: boolean;
  readonly files: readonly { readonly path: string; readonly bytes: number; readonly sha256: string }[];
  readonly left: readonly { readonly path: string; readonly reason: string; readonly code: string | null }[];
}

/** A diagnostics bundle, opened by other hands than those that packed it. */
export interface OpenBundle {
  readonly folder: string;
  readonly manifest: SeenManifest;
  /** By their paths, the manifest included. */
  readonly files: ReadonlyMap<string, string>;
}

const blockBytes = 512;

/** Opens an archive. Throws where a file is not what the manifest says. */
export function openBundle(archive: Uint8Array): OpenBundle {
  const tar = gunzipSync(archive);
  const files = new Map<string, string>();
  const folders = new Set<string>();
  for (let at = 0; at + blockBytes <= tar.length; ) {
    const header = tar.subarray(at, at + blockBytes);
    if (header.every((byte) => byte === 0)) break;
    const [name, prefix] = [textAt(header, 0, 100), textAt(header, 345, 155)];
    const size = Number.parseInt(textAt(header, 124, 12), 8);
    const path = prefix === "" ? name : `${prefix}/${name}`;
    const [folder = "", ...rest] = path.split("/");
    if (textAt(header, 156, 1) !== "0" || rest.some((part) => part === "" || part === ".."))
      throw new Error(`no plain file within the archive's folder: ${path}`);
    folders.add(folder);
    files.set(rest.join("/"), tar.subarray(at + blockBytes, at + blockBytes + size).toString("utf8"));
    at += blockBytes + Math.ceil(size / blockBytes) * blockBytes;
  }
  const manifest: SeenManifest = JSON.parse(files.get("manifest.json") ?? "");
  const wrong = manifest.files.filter(({ path, bytes, sha256 }) => {
    const content = Buffer.from(files.get(path) ?? "", "utf8");
    return content.length !== bytes || createHash("sha256").update(content).digest("hex") !== sha256;
  });
  if (wrong.length > 0 || files.size !== manifest.files.length + 1)
    throw new Error(`not what the manifest says: ${wrong.map(({ path }) => path).join(", ")}`);
  const [folder = "", ...others] = folders;
  if (others.length > 0) throw new Error("more than one folder");
  return { folder, manifest, files };
}

function textAt(header: Uint8Array, from: number, length: number): string {
  const bytes = Buffer.from(header.subarray(from, from + length));
  const end = bytes.indexOf(0);
  return bytes.toString("utf8", 0, end < 0 ? length : end).trim();
}

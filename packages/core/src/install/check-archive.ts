import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { GluttonyError } from "@gluttony/model";

/** Bytes of a package file at most. */
export const packedBytesMax: number = 64 * 1024 * 1024;
const unpackedBytesMax = 256 * 1024 * 1024;

/**
 * Reads a package file once before anything is written: refuses what is too large, also after unpacking, and
 * gives its integrity (sha512, as npm writes it).
 */
export async function checkArchive(file: string): Promise<string> {
  const size = await sizeOf(file);
  if (size > packedBytesMax) throw archiveFault(`It is larger than ${packedBytesMax} bytes.`);
  const hash = createHash("sha512");
  const packed = createReadStream(file);
  packed.on("data", (chunk) => hash.update(chunk));
  try {
    await pipeline(packed, createGunzip(), countTo(unpackedBytesMax));
  } catch (error) {
    if (error instanceof GluttonyError) throw error;
    throw archiveFault("It is no gzip file that can be unpacked.", error);
  }
  return `sha512-${hash.digest("base64")}`;
}

/** The error for a package file that cannot be installed. */
export function archiveFault(seen: string, cause?: unknown): GluttonyError {
  return new GluttonyError("plugin.archive_invalid", { seen }, cause === undefined ? {} : { cause });
}

async function sizeOf(file: string): Promise<number> {
  try {
    const found = await stat(file);
    if (found.isFile()) return found.size;
  } catch (error) {
    throw archiveFault("The file cannot be read.", error);
  }
  throw archiveFault("It is no file.");
}

function countTo(bytesMax: number): Writable {
  let bytes = 0;
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      bytes += chunk.byteLength;
      done(bytes > bytesMax ? archiveFault(`It unpacks to more than ${bytesMax} bytes.`) : null);
    },
  });
}

import { Decompress } from "fzstd";
import { GrowingBytes } from "./growing-bytes.ts";

/** Inflates zstd. In JavaScript, because Node 20 has none built in; by stream, because Java's frames do not say their size. */
export function inflateZstd(bytes: Buffer, maxBytes: number): Buffer {
  const output = new GrowingBytes(maxBytes);
  const stream = new Decompress((chunk) =>
    output.append(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)),
  );
  stream.push(bytes, true);
  return output.written();
}

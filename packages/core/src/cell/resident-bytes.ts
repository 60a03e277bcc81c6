import { readFile } from "node:fs/promises";

// The kernel counts in pages; every platform Node has a binary for and that has this file uses 4 KiB or says so.
const pageBytes = 4_096;

/**
 * A process's resident memory, or null where the kernel does not tell. Read from outside, since neither V8's
 * limits nor the process itself see the memory of buffers.
 */
export async function residentBytes(pid: number): Promise<number | null> {
  try {
    const [, resident] = (await readFile(`/proc/${pid}/statm`, "latin1")).split(" ");
    const pages = Number(resident);
    return Number.isInteger(pages) ? pages * pageBytes : null;
  } catch {
    return null;
  }
}

import { readFileSync } from "node:fs";

// The kernel counts in pages; every platform Node has a binary for and that has this file uses 4 KiB or says so.
const pageBytes = 4_096;
/** A fence that stands between host and cell is one process, and what it starts is another. */
const processesMax = 8;

/**
 * Resident memory of a process and of those it started, or null where the kernel does not tell. Read from outside,
 * since neither V8's limits nor the process itself see the memory of buffers.
 */
export function residentBytes(pid: number): number | null {
  let bytes: number | null = null;
  const pids = [pid];
  for (let index = 0; index < Math.min(pids.length, processesMax); index += 1) {
    const one = pids[index] ?? pid;
    const own = ownBytes(one);
    if (own === null) continue;
    bytes = (bytes ?? 0) + own;
    pids.push(...childrenOf(one));
  }
  return bytes;
}

function ownBytes(pid: number): number | null {
  const [, resident] = read(`/proc/${pid}/statm`).split(" ");
  const pages = Number(resident);
  return Number.isInteger(pages) ? pages * pageBytes : null;
}

function childrenOf(pid: number): readonly number[] {
  return read(`/proc/${pid}/task/${pid}/children`)
    .split(" ")
    .map(Number)
    .filter((child) => child > 0);
}

/** The kernel answers from memory; through the pool of threads it would cost ten times as much, once a second. */
function read(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}

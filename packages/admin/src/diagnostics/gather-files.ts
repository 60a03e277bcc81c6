import type { BundleFile, LeftFile, ReadText, WantedFile } from "./bundle-file.ts";

/** How large a bundle may become, and how long it may take. */
export interface BundleLimits {
  /** Bytes of all files together, before they are packed. */
  readonly bytesMax: number;
  readonly fileBytesMax: number;
  readonly timeMs: number;
}

/** What gathering works with. */
export interface GatheringWith {
  /** Takes secrets out of a text. */
  hide(text: string): string;
  /** Milliseconds that only grow. */
  now(): number;
}

/** What there is, and what there is not, with the reason: nothing is left out in silence. */
export interface Gathered {
  readonly files: readonly BundleFile[];
  readonly left: readonly LeftFile[];
}

/** Reads the files in their order, as many as fit into the limits. One that cannot be read stops no other. */
export async function gatherFiles(
  wanted: readonly WantedFile[],
  limits: BundleLimits,
  { hide, now }: GatheringWith,
): Promise<Gathered> {
  const files: BundleFile[] = [];
  const left: LeftFile[] = [];
  const endMs = now() + limits.timeMs;
  let room = limits.bytesMax;
  let isLate = false;
  for (const { path, source, read } of wanted) {
    const leave = (reason: LeftFile["reason"], code: string | null = null): void =>
      void left.push({ path, source, reason, code });
    const seen: ReadText | "failed" | "in_time" = isLate ? "in_time" : await readWithin(read, endMs - now());
    // Timers are coarser than clocks: once the time is up, it stays up.
    isLate ||= seen === "in_time";
    if (seen === "in_time" || seen === "failed") leave(seen);
    else if ("code" in seen) leave("refused", seen.code);
    else {
      const bytes = Buffer.from(hide(seen.text), "utf8");
      if (bytes.length > limits.fileBytesMax) leave("too_large");
      else if (bytes.length > room) leave("no_room");
      else {
        room -= bytes.length;
        files.push({ path, source, bytes });
      }
    }
  }
  return { files, left };
}

async function readWithin(
  read: WantedFile["read"],
  limitMs: number,
): Promise<ReadText | "failed" | "in_time"> {
  if (limitMs <= 0) return "in_time";
  const late = new AbortController();
  try {
    return await Promise.race([read(), afterMs(limitMs, late.signal)]);
  } catch {
    // What it was may hold anything; that there is none is what the manifest says.
    return "failed";
  } finally {
    late.abort();
  }
}

function afterMs(limitMs: number, signal: AbortSignal): Promise<"in_time"> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve("in_time"), limitMs);
    signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
  });
}

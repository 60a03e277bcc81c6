import type { CellOptions } from "./cell-options.ts";
import { residentBytes } from "./resident-bytes.ts";

/** What a look at a process's memory comes to. */
export type MemoryVerdict =
  | { readonly is: "fine" }
  /** Said once: so much of its room is used up that it should be replaced while there is time to. */
  | { readonly is: "worn" }
  | { readonly is: "over"; readonly detail: string };

/** The share of the room between what a process holds at first and its limit after which it counts as worn. */
const wornShare = 0.6;

const fine: MemoryVerdict = { is: "fine" };
const worn: MemoryVerdict = { is: "worn" };

/** Judges the resident memory of one process against its plugin's limit. */
export class MemoryWatch {
  readonly #limit: number;
  /** What it held at the first look: a plugin that loads much at once is not worn by that. */
  #atFirst: number | null = null;
  #seen: number | null = null;
  #wasWorn = false;

  constructor(memoryMb: number, { memoryOverheadBytes }: Pick<CellOptions, "memoryOverheadBytes">) {
    this.#limit = memoryMb * 1024 * 1024 + memoryOverheadBytes;
  }

  /** What was seen last; null before the first look, or where the kernel does not tell. */
  get residentBytes(): number | null {
    return this.#seen;
  }

  look(pid: number): MemoryVerdict {
    const seen = residentBytes(pid);
    this.#seen = seen;
    return seen === null ? fine : this.judge(seen);
  }

  /** The verdict on so many bytes. */
  judge(seen: number): MemoryVerdict {
    const limit = this.#limit;
    this.#atFirst ??= seen;
    if (seen > limit)
      return { is: "over", detail: `Resident memory is ${seen} bytes, the limit is ${limit}.` };
    if (this.#wasWorn || seen <= this.#atFirst + (limit - this.#atFirst) * wornShare) return fine;
    this.#wasWorn = true;
    return worn;
  }
}

// Whether memory stays flat: what is left after a collection of garbage is looked at twenty times in a run.
import v8 from "node:v8";
import { runInNewContext } from "node:vm";

v8.setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc");

const looks = 20;
/** Corpus, caches of schemas and compiled code may grow by this much after the first third of a run. */
const growthMaxMb = 32;

export class MemoryWatch {
  #everyMs;
  #nextMs;
  #seen = [];

  constructor(runMs) {
    this.#everyMs = runMs / looks;
    this.#nextMs = this.#everyMs;
  }

  /** Megabytes at the last look. */
  get heapMb() {
    return this.#seen.at(-1) ?? 0;
  }

  /** A failure when the heap has grown too much, else null. */
  look(elapsedMs) {
    if (elapsedMs < this.#nextMs) return null;
    this.#nextMs += this.#everyMs;
    collect();
    const { used_heap_size: used, external_memory: external } = v8.getHeapStatistics();
    this.#seen.push(Math.round((used + external) / 1024 / 1024));
    const [base] = this.#seen.slice(Math.floor(looks / 3));
    const latest = this.#seen.slice(-3);
    if (base === undefined || latest.length < 3) return null;
    const grownMb = Math.min(...latest) - base;
    if (grownMb <= growthMaxMb) return null;
    return { what: `memory grows: ${this.#seen.join(", ")} MB`, input: null };
  }
}

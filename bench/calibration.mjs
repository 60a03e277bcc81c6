// Whether the machine is itself: a fixed piece of work on both cores, held against the best time that was ever seen.
import { join } from "node:path";
import { aroundCore, spawnOn, testedCore } from "./machine.mjs";
import { pause } from "./wait.mjs";

const spinFile = join(import.meta.dirname, "spin.mjs");
/** A machine that takes this many times as long as its best is not used yet. */
const slownessMax = 1.3;
const firstLooks = 4;
const lookAgainMs = 2_000;
/** The longest wait for a quiet machine before one run. */
const waitMaxMs = 60_000;

/** Knows the machine's best, and how much waiting for it the whole bench may still do. */
export class Calibration {
  #best = new Map();
  #budgetMs;

  constructor(budgetMs) {
    this.#budgetMs = budgetMs;
  }

  /** Finds the machine's best so far: before the first run, nothing is known. */
  async begin() {
    for (let look = 0; look < firstLooks; look += 1) await this.#slowness();
  }

  /** Waits for a quiet machine within bounds; a run that begins on a slow one anyway is noisy. */
  async quiet(signal) {
    const startedMs = performance.now();
    const endMs = startedMs + Math.min(waitMaxMs, this.#budgetMs);
    let slowness = await this.#slowness();
    while (slowness > slownessMax && performance.now() < endMs && !signal.aborted) {
      await pause(lookAgainMs);
      slowness = await this.#slowness();
    }
    const waitedMs = performance.now() - startedMs;
    this.#budgetMs = Math.max(0, this.#budgetMs - waitedMs);
    return { slowness, isNoisy: slowness > slownessMax, waitedMs: Math.round(waitedMs) };
  }

  /** How many times the best both cores took, whichever is worse: the surroundings slow a system as well. */
  async #slowness() {
    const cores = [testedCore, aroundCore];
    const took = await Promise.all(cores.map((core) => spinOn(core)));
    const ratios = took.map((tookMs, index) => {
      const best = Math.min(tookMs, this.#best.get(cores[index]) ?? Number.POSITIVE_INFINITY);
      this.#best.set(cores[index], best);
      return tookMs / best;
    });
    return Math.max(...ratios);
  }
}

function spinOn(core) {
  return new Promise((resolve, reject) => {
    const child = spawnOn(core, process.execPath, [spinFile], { stdio: ["ignore", "pipe", "inherit"] });
    let text = "";
    child.stdout.on("data", (chunk) => {
      text += chunk.toString();
    });
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve(JSON.parse(text).tookMs);
      else reject(new Error("The calibration did not come to its end."));
    });
  });
}

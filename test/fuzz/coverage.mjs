// Which code has been reached, from V8's precise coverage of blocks. Counts are not used: an input is new when it reaches
// characters of the decoders' code that none before it reached.
import { Session } from "node:inspector";

const watched = /\/sdk\/dist\/codecs\/[\w/-]+\.js$/;

export class Coverage {
  #session;
  /** For each file, a byte for each character of its code: whether it was reached. */
  #reached = new Map();
  #latest = new Map();
  size = 0;

  static start() {
    return new Coverage();
  }

  constructor() {
    this.#session = new Session();
    this.#session.connect();
    this.#post("Profiler.enable");
    this.#post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  }

  /** Takes what was reached since the last look, and says whether any of it is new. */
  look() {
    const { result } = this.#post("Profiler.takePreciseCoverage");
    this.#latest = new Map();
    let isNew = false;
    for (const { url, functions } of result) {
      if (!watched.test(url)) continue;
      const length = Math.max(...functions.map(({ ranges }) => ranges[0].endOffset));
      const painted = paint(functions, length);
      this.#latest.set(url, painted);
      isNew ||= countNew(painted, this.#reached.get(url)) > 0;
    }
    return isNew;
  }

  /** Counts what the last look saw as reached. */
  accept() {
    for (const [url, painted] of this.#latest) {
      const reached = grown(this.#reached.get(url), painted.length);
      this.size += countNew(painted, reached);
      for (let at = 0; at < painted.length; at += 1) reached[at] |= painted[at];
      this.#reached.set(url, reached);
    }
  }

  stop() {
    this.#session.disconnect();
  }

  /** Without a connection to another thread the answer is there at once. */
  #post(method, parameters = {}) {
    let answer;
    this.#session.post(method, parameters, (error, result) => {
      if (error !== null) throw error;
      answer = result;
    });
    return answer;
  }
}

/** Only functions that ran are reported, so that a later look may see more of a file. */
function grown(reached, length) {
  if (reached !== undefined && reached.length >= length) return reached;
  const larger = new Uint8Array(length);
  if (reached !== undefined) larger.set(reached);
  return larger;
}

/** Functions and their blocks come from the outer to the inner, so that a later one corrects an earlier one. */
function paint(functions, length) {
  const painted = new Uint8Array(length);
  for (const { ranges } of functions) {
    for (const { startOffset, endOffset, count } of ranges)
      painted.fill(count > 0 ? 1 : 0, startOffset, endOffset);
  }
  return painted;
}

function countNew(painted, reached) {
  let count = 0;
  for (let at = 0; at < painted.length; at += 1) if (painted[at] > (reached?.[at] ?? 0)) count += 1;
  return count;
}

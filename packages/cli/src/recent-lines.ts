/** Lines that are kept of each kind, and characters of one. */
const loudMax = 500;
const quietMax = 1_500;
const lineLengthMax = 4_096;
/** Bytes of the text of all of them; older lines are left out. */
const bytesMax = 900_000;

/** What a plugin says in its own words may name anybody; only where and when it spoke is kept. */
const pluginMark = '"saidBy":"plugin"';
const keptOfPlugin = [
  "level",
  "time",
  "host",
  "plugin",
  "version",
  "consumer",
  "topic",
  "partition",
  "offset",
];
const loud = /^\{"level":"(?:warn|error|fatal)"/;

/**
 * The last lines of this process's log, for a diagnostics bundle: warnings and errors by themselves, so that many quiet lines do not
 * push them out. Bounded by about 8 MB, and usually far below.
 */
export class RecentLines {
  readonly #loud = new Ring(loudMax);
  readonly #quiet = new Ring(quietMax);
  #count = 0;

  /** Takes a line as it was written, without secrets. */
  keep(line: string): void {
    this.#count += 1;
    // The mark stands last, so it is looked for before the line is cut.
    const kept = withoutPluginsWords(line.trimEnd()).slice(0, lineLengthMax);
    (loud.test(line) ? this.#loud : this.#quiet).push({ at: this.#count, line: kept });
  }

  /** The newest of the kept lines, in the order in which they were written, as JSON lines. */
  text(): string {
    const newestFirst = [...this.#loud.items(), ...this.#quiet.items()].toSorted(
      (one, other) => other.at - one.at,
    );
    const lines: string[] = [];
    let bytes = 0;
    for (const { line } of newestFirst) {
      const told = `${line}\n`;
      bytes += Buffer.byteLength(told);
      if (bytes > bytesMax) break;
      lines.push(told);
    }
    return lines.toReversed().join("");
  }
}

interface Kept {
  readonly at: number;
  readonly line: string;
}

class Ring {
  readonly #max: number;
  readonly #items: Kept[] = [];
  #next = 0;

  constructor(max: number) {
    this.#max = max;
  }

  push(item: Kept): void {
    this.#items[this.#next] = item;
    this.#next = (this.#next + 1) % this.#max;
  }

  items(): readonly Kept[] {
    return this.#items;
  }
}

function withoutPluginsWords(line: string): string {
  if (!line.includes(pluginMark)) return line;
  const spoken: unknown = JSON.parse(line);
  const kept = keptOfPlugin.flatMap((name) => {
    const value: unknown = Reflect.get(Object(spoken), name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return JSON.stringify({ ...Object.fromEntries(kept), msg: "(a plugin's own words are left out)" });
}

/** Of this process; there is one, as there is one log. */
export const recentLines: RecentLines = new RecentLines();

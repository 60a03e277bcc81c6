/** What happened, as lines: their hash always, the lines themselves only when somebody wants to read them. */
export class Trace {
  readonly lines: string[] = [];
  readonly #isKept: boolean;
  #high = 0x811c9dc5;
  #low = 0x01000193;
  #count = 0;

  constructor(isKept: boolean) {
    this.#isKept = isKept;
  }

  add(atMs: number, line: string): void {
    this.#count += 1;
    this.#mix(Math.round(atMs * 1_000));
    for (let at = 0; at < line.length; at += 1) this.#mix(line.charCodeAt(at));
    if (this.#isKept) this.lines.push(`${(atMs / 1_000).toFixed(3).padStart(9)}  ${line}`);
  }

  get hash(): string {
    const hex = (word: number): string => (word >>> 0).toString(16).padStart(8, "0");
    return `${hex(this.#high)}${hex(this.#low)}-${this.#count}`;
  }

  #mix(word: number): void {
    this.#high = Math.imul(this.#high ^ word, 0x01000193);
    this.#low = Math.imul(this.#low ^ (word + (this.#high >>> 15)), 0x85ebca6b);
  }
}

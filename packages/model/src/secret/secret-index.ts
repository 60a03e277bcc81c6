/** One text to find. */
export interface SoughtText {
  readonly text: string;
  /** Found only where no letter, digit or underscore is beside it. */
  readonly standsAlone: boolean;
}

const wordSign = /[A-Za-z0-9_]/;
/** Units of a text whose low bits tell most places apart from those where something sought may begin. */
const headLength = 4;
const headBits = 4;
const headsMax = 1 << (headLength * headBits);

/**
 * Finds any of many texts in one pass over another: the last four units are kept as sixteen bits, and only where these are
 * those of a text that is sought is anything compared. A text that is sought has at least four units.
 */
export class SecretIndex {
  readonly #isHead = new Uint8Array(headsMax);
  readonly #byHead = new Map<number, readonly SoughtText[]>();

  constructor(sought: readonly SoughtText[]) {
    const known = new Set<string>();
    for (const one of sought.toSorted((left, right) => right.text.length - left.text.length)) {
      if (one.text.length < headLength || known.has(one.text)) continue;
      known.add(one.text);
      const head = headOf(one.text);
      this.#isHead[head] = 1;
      this.#byHead.set(head, [...(this.#byHead.get(head) ?? []), one]);
    }
  }

  /** The text with `mask` in place of everything that is sought. */
  replaceAll(text: string, mask: string): string {
    if (this.#byHead.size === 0) return text;
    let out = "";
    let copiedTo = 0;
    let head = 0;
    for (let at = 0; at < text.length; at += 1) {
      head = ((head << headBits) ^ text.charCodeAt(at)) & (headsMax - 1);
      if (this.#isHead[head] === 0) continue;
      const start = at - headLength + 1;
      const found = start < copiedTo ? undefined : this.#foundAt(text, start, head);
      if (found === undefined) continue;
      out += text.slice(copiedTo, start) + mask;
      copiedTo = start + found.text.length;
      at = copiedTo - 1;
    }
    return copiedTo === 0 ? text : out + text.slice(copiedTo);
  }

  #foundAt(text: string, start: number, head: number): SoughtText | undefined {
    return this.#byHead
      .get(head)
      ?.find(
        (one) =>
          text.startsWith(one.text, start) && (!one.standsAlone || isAlone(text, start, one.text.length)),
      );
  }
}

function headOf(text: string): number {
  let head = 0;
  for (let at = 0; at < headLength; at += 1)
    head = ((head << headBits) ^ text.charCodeAt(at)) & (headsMax - 1);
  return head;
}

function isAlone(text: string, start: number, length: number): boolean {
  return !wordSign.test(text[start - 1] ?? "") && !wordSign.test(text[start + length] ?? "");
}

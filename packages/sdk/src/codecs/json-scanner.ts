import { NumberText, setOwn } from "./json-value.ts";
import type { JsonValue } from "./json-value.ts";

/** How deep arrays and objects may nest; deeper text is refused before it can exhaust the stack. */
export const JSON_DEPTH_MAX = 64;

/** How long a number may be, in characters; PostgreSQL's longest has 147,457 of them. Reading one costs more than its length. */
export const JSON_NUMBER_LENGTH_MAX = 150_000;

/** Why a text could not be parsed. */
export type JsonFault =
  | "record.not_json"
  | "record.not_utf8"
  | "record.too_deep"
  | "record.too_large"
  | "record.too_wide"
  | "record.number_too_long";

/** `plain` gives numbers; `text` gives {@link NumberText} for every number that is not a safe integer. */
export type NumberMode = "plain" | "text";

/** The scanner's way out; caught by `parseJson` alone. */
export class JsonRefusal extends Error {
  readonly fault: JsonFault;

  constructor(fault: JsonFault) {
    super(fault);
    this.fault = fault;
  }
}

const numberToken = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const space = /[ \t\n\r]*/y;

/** Parses JSON text by itself, because on Node 20 `JSON.parse` does not show the text of a number. */
export class JsonScanner {
  readonly #text: string;
  readonly #mode: NumberMode;
  readonly #depthMax: number;
  #at = 0;

  constructor(text: string, mode: NumberMode, depthMax: number = JSON_DEPTH_MAX) {
    this.#text = text;
    this.#mode = mode;
    this.#depthMax = depthMax;
  }

  /** How far it has come, in characters: after a refusal, where the text stopped to be JSON. */
  get at(): number {
    return this.#at;
  }

  /** The one value that the text holds; throws {@link JsonRefusal}. */
  document(): JsonValue {
    const value = this.#value(0);
    this.#skipSpace();
    if (this.#at !== this.#text.length) throw new JsonRefusal("record.not_json");
    return value;
  }

  #value(depth: number): JsonValue {
    this.#skipSpace();
    switch (this.#text[this.#at]) {
      case "{":
        return this.#object(this.#deeper(depth));
      case "[":
        return this.#array(this.#deeper(depth));
      case '"':
        return this.#string();
      case "t":
        return this.#word("true", true);
      case "f":
        return this.#word("false", false);
      case "n":
        return this.#word("null", null);
      default:
        return this.#number();
    }
  }

  #deeper(depth: number): number {
    if (depth >= this.#depthMax) throw new JsonRefusal("record.too_deep");
    this.#at += 1;
    return depth + 1;
  }

  #object(depth: number): JsonValue {
    const object: { [name: string]: JsonValue } = {};
    if (this.#takes("}")) return object;
    do {
      this.#skipSpace();
      const name = this.#string();
      this.#expect(":");
      setOwn(object, name, this.#value(depth));
    } while (this.#takes(","));
    this.#expect("}");
    return object;
  }

  #array(depth: number): JsonValue {
    const items: JsonValue[] = [];
    if (this.#takes("]")) return items;
    do items.push(this.#value(depth));
    while (this.#takes(","));
    this.#expect("]");
    return items;
  }

  #string(): string {
    if (this.#text[this.#at] !== '"') throw new JsonRefusal("record.not_json");
    const start = this.#at + 1;
    for (let at = start; at < this.#text.length; at += 1) {
      const code = this.#text.charCodeAt(at);
      if (code === 0x22) {
        this.#at = at + 1;
        return this.#text.slice(start, at);
      }
      if (code === 0x5c) return this.#escapedString(start);
      if (code < 0x20) break;
    }
    throw new JsonRefusal("record.not_json");
  }

  /** A string with escapes. Its end is sought by hand, since a pattern would need a stack as long as the string. */
  #escapedString(start: number): string {
    let end = start;
    while (end < this.#text.length && this.#text[end] !== '"') end += this.#text[end] === "\\" ? 2 : 1;
    this.#at = end + 1;
    try {
      return String(JSON.parse(this.#text.slice(start - 1, end + 1)));
    } catch {
      throw new JsonRefusal("record.not_json");
    }
  }

  #number(): JsonValue {
    const text = this.#match(numberToken);
    if (text === null) throw new JsonRefusal("record.not_json");
    if (text.length > JSON_NUMBER_LENGTH_MAX) throw new JsonRefusal("record.number_too_long");
    const number = Number(text);
    const isInteger = !/[.eE]/.test(text);
    if (isInteger) return Number.isSafeInteger(number) ? number : BigInt(text);
    return this.#mode === "text" ? new NumberText(text) : number;
  }

  #word<W extends JsonValue>(word: string, value: W): W {
    if (!this.#text.startsWith(word, this.#at)) throw new JsonRefusal("record.not_json");
    this.#at += word.length;
    return value;
  }

  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found === null) return null;
    this.#at += found[0].length;
    return found[0];
  }

  #skipSpace(): void {
    if (this.#text.charCodeAt(this.#at) <= 0x20) this.#match(space);
  }

  #takes(character: string): boolean {
    this.#skipSpace();
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #expect(character: string): void {
    if (!this.#takes(character)) throw new JsonRefusal("record.not_json");
  }
}

import { SchemaUnreadable } from "../framed/writer-schema.ts";

/** A word, number or sign of a `.proto` file, or the text of a literal with its quotation marks taken away. */
export interface ProtoToken {
  readonly kind: "word" | "number" | "text" | "sign" | "end";
  readonly text: string;
}

/** Tokens of one file; a table of a thousand columns has some ten thousand. */
const tokensMax = 1_000_000;

const space = /(?:\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/y;
const word = /[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*|\.[A-Za-z_][A-Za-z0-9_.]*/y;
const number = /[+-]?(?:0[xX][0-9a-fA-F]+|[0-9.][0-9.]*(?:[eE][+-]?[0-9]+)?)/y;
const literal = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/y;
const sign = /[{}[\]()<>=;,:/-]/y;

const end: ProtoToken = { kind: "end", text: "the end" };

/** Goes through the text of a `.proto` file. Throws `SchemaUnreadable` where the text is none. */
export class ProtoTokens {
  readonly #tokens: readonly ProtoToken[];
  #at = 0;

  constructor(text: string) {
    this.#tokens = tokensOf(text);
  }

  get next(): ProtoToken {
    return this.#tokens[this.#at] ?? end;
  }

  take(): ProtoToken {
    const { next } = this;
    this.#at += 1;
    return next;
  }

  /** Takes the next token if it is this word or sign. */
  skip(text: string): boolean {
    const { kind, text: found } = this.next;
    if (found !== text || kind === "text" || kind === "end") return false;
    this.#at += 1;
    return true;
  }

  expect(text: string): void {
    if (!this.skip(text))
      throw new SchemaUnreadable(`The Protobuf schema has ${shown(this.next)} where ${text} was expected.`);
  }

  word(): string {
    const { kind, text } = this.take();
    if (kind !== "word")
      throw new SchemaUnreadable(`The Protobuf schema has ${text.slice(0, 40)} where a name was expected.`);
    return text;
  }

  whole(): number {
    const isNegative = this.skip("-");
    const { kind, text } = this.take();
    const value = kind === "number" ? Number(text) : Number.NaN;
    if (!Number.isInteger(value)) throw new SchemaUnreadable("The Protobuf schema lacks a whole number.");
    return isNegative ? -value : value;
  }

  text(): string {
    const { kind, text } = this.take();
    if (kind !== "text") throw new SchemaUnreadable("The Protobuf schema lacks a text in quotation marks.");
    return text;
  }
}

function shown({ text }: ProtoToken): string {
  return text.slice(0, 40);
}

function tokensOf(text: string): readonly ProtoToken[] {
  const tokens: ProtoToken[] = [];
  let at = 0;
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0];
  };
  for (;;) {
    at += match(space)?.length ?? 0;
    if (at >= text.length) return tokens;
    const token = tokenOf(match);
    at += token.length;
    tokens.push(token);
    if (tokens.length > tokensMax) throw new SchemaUnreadable("The Protobuf schema is too long.");
  }
}

function tokenOf(match: (pattern: RegExp) => string | undefined): ProtoToken & { readonly length: number } {
  const written = match(word);
  if (written !== undefined) return { kind: "word", text: written, length: written.length };
  const quoted = match(literal);
  if (quoted !== undefined) return { kind: "text", text: unescaped(quoted), length: quoted.length };
  const digits = match(number);
  if (digits !== undefined) return { kind: "number", text: digits, length: digits.length };
  const found = match(sign);
  if (found !== undefined) return { kind: "sign", text: found, length: 1 };
  throw new SchemaUnreadable("The Protobuf schema has a character that belongs to nothing.");
}

function unescaped(quoted: string): string {
  return quoted.slice(1, -1).replaceAll(/\\(["'\\])/g, "$1");
}

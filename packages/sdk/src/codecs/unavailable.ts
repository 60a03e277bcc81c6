import { createHash } from "node:crypto";
import { isJsonArray, isJsonObject } from "./json-value.ts";
import type { JsonValue } from "./json-value.ts";

/** Debezium's default `unavailable.value.placeholder`. */
const defaultText = "__debezium_unavailable_value";

/** What stands in a row where a large value did not change and is not in the log. */
export class Placeholder {
  readonly #text: string;
  readonly #bytes: Buffer;
  /** As text, as bytes under each `binary.handling.mode`, and as the only entry of an hstore. */
  readonly #texts: ReadonlySet<string>;
  /** Whether any of them has this length. Looked at first: to look a long text up, its whole length is hashed. */
  readonly #lengths: readonly boolean[];
  /** Alone in an array of UUIDs. */
  readonly #uuid: string;

  constructor(option: string) {
    const bytes = option.startsWith("hex:") ? Buffer.from(option.slice(4), "hex") : Buffer.from(option);
    this.#text = bytes.toString("utf8");
    this.#bytes = bytes;
    this.#texts = new Set([
      this.#text,
      bytes.toString("base64"),
      bytes.toString("base64url"),
      bytes.toString("hex"),
      JSON.stringify({ [this.#text]: this.#text }),
    ]);
    const lengths = new Set([...this.#texts].map((text) => text.length));
    this.#lengths = Array.from({ length: Math.max(...lengths) + 1 }, (_, length) => lengths.has(length));
    this.#uuid = nameUuid(bytes);
  }

  /**
   * Whether a raw value says "not in the log". Some types come as null instead, which cannot be told from a null that is
   * data: see `doubtful-columns.ts`.
   */
  standsFor(raw: JsonValue): boolean {
    if (typeof raw === "string") return this.#lengths[raw.length] === true && this.#texts.has(raw);
    if (typeof raw !== "object" || raw === null) return false;
    return isJsonArray(raw) ? this.#isArray(raw) : isJsonObject(raw) && this.#isMap(raw);
  }

  #isArray(raw: readonly JsonValue[]): boolean {
    const [first] = raw;
    if (raw.length === 1 && typeof first === "string") return first === this.#uuid || this.#texts.has(first);
    // Arrays of numbers and dates hold the placeholder's bytes as numbers.
    return raw.length === this.#bytes.length && raw.every((item, index) => item === this.#bytes[index]);
  }

  #isMap(raw: { readonly [name: string]: JsonValue }): boolean {
    const names = Object.keys(raw);
    return names.length === 1 && names[0] === this.#text && raw[this.#text] === this.#text;
  }
}

/** The one that a connector uses unless it is told otherwise. */
export const defaultPlaceholder: Placeholder = new Placeholder(defaultText);

/** The UUID that is made of a name (version 3), as Java makes it of bytes. */
function nameUuid(name: Buffer): string {
  const hash = createHash("md5").update(name).digest();
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x30;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  return hash.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

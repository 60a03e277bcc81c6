import type { WriterSchema, WriterSchemas } from "@gluttony/sdk/codecs";

/** Writer schemas that one process holds at once. */
export const shelfSchemasMax = 512;
/** Characters of all of them. */
export const shelfCharactersMax: number = 16 * 1024 * 1024;

/**
 * The writer schemas that a process holds. The host keeps the same shelf and sends what it puts on it, so that a schema
 * crosses the pipe once: both sides forget by the same rule, the one that came first, and need not tell each other.
 */
export class SchemaShelf implements WriterSchemas {
  readonly #byRef = new Map<string, WriterSchema>();
  #characters = 0;

  get(ref: string): WriterSchema | undefined {
    return this.#byRef.get(ref);
  }

  /** Puts a schema on the shelf; false when it is there already. */
  put(schema: WriterSchema): boolean {
    const known = this.#byRef.get(schema.ref);
    if (known !== undefined && isSame(known, schema)) return false;
    if (known !== undefined) this.#drop(known);
    this.#byRef.set(schema.ref, schema);
    this.#characters += charactersOf(schema);
    for (const oldest of this.#byRef.values()) {
      const isFull = this.#byRef.size > shelfSchemasMax || this.#characters > shelfCharactersMax;
      if (!isFull || oldest === schema) break;
      this.#drop(oldest);
    }
    return true;
  }

  #drop(schema: WriterSchema): void {
    this.#byRef.delete(schema.ref);
    this.#characters -= charactersOf(schema);
  }
}

function isSame(known: WriterSchema, other: WriterSchema): boolean {
  return known === other || (known.text === other.text && known.language === other.language);
}

function charactersOf({ text, references }: WriterSchema): number {
  return references.reduce((sum, reference) => sum + reference.text.length, text.length);
}

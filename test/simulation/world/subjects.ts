import { createHash } from "node:crypto";
import type { SubjectHash } from "@gluttony/runtime";

/** Hashes ordering keys as hosts do, and remembers for the checks what was hashed. */
export class Subjects implements SubjectHash {
  readonly #hashed = new Map<string, string>();
  readonly #keys = new Map<string, string>();

  of(orderingKey: string): string {
    const known = this.#hashed.get(orderingKey);
    if (known !== undefined) return known;
    const hash = createHash("sha256").update(`sim\n${orderingKey}`).digest("hex").slice(0, 32);
    this.#hashed.set(orderingKey, hash);
    this.#keys.set(hash, /"id":"(k\d+)"/.exec(orderingKey)?.[1] ?? "");
    return hash;
  }

  /** The row's key behind a subject. */
  keyOf(subject: string): string {
    return this.#keys.get(subject) ?? "";
  }
}

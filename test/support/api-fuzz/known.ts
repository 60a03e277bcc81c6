/** What the fuzzer met: things that exist, and things that did. */
export class Known {
  readonly #alive = new Map<string, Map<string, string | null>>();
  readonly #gone = new Map<string, string[]>();

  /** Notes a thing and the ETag that it was last seen with. */
  note(kind: string, id: string, etag: string | null): void {
    const things = this.#alive.get(kind) ?? new Map<string, string | null>();
    things.set(id, etag);
    // Old ones are forgotten, so that requests keep meeting what is there.
    if (things.size > 200) things.delete(things.keys().next().value ?? "");
    this.#alive.set(kind, things);
  }

  remove(kind: string, id: string): void {
    this.#alive.get(kind)?.delete(id);
    const gone = this.#gone.get(kind) ?? [];
    gone.push(id);
    this.#gone.set(kind, gone.slice(-50));
  }

  /** One that exists, picked by a number. */
  pick(kind: string, choice: number): { readonly id: string; readonly etag: string | null } | null {
    const things = [...(this.#alive.get(kind) ?? [])];
    const [id, etag] = things[choice % Math.max(1, things.length)] ?? [];
    return id === undefined ? null : { id, etag: etag ?? null };
  }

  /** One that was deleted. */
  pickGone(kind: string, choice: number): string | null {
    const gone = this.#gone.get(kind) ?? [];
    return gone[choice % Math.max(1, gone.length)] ?? null;
  }
}

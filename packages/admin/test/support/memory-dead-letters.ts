import { type DeadLetter, GluttonyError } from "@gluttony/model";
import type { DeadLetterPage, DeadLetterQuery, DeadLetterStore } from "../../src/ports.ts";

/** Dead letters in memory; a cursor is the id of the last letter of the page before. */
export class MemoryDeadLetters implements DeadLetterStore {
  readonly letters: DeadLetter[] = [];
  readonly replayers: string[] = [];

  async list({ consumerId, state, limit, after }: DeadLetterQuery): Promise<DeadLetterPage> {
    const wanted = this.letters.filter(
      (letter) =>
        (consumerId === undefined || letter.consumerId === consumerId) &&
        (state === undefined || letter.state === state),
    );
    const rest = wanted.slice(after === undefined ? 0 : wanted.findIndex(({ id }) => id === after) + 1);
    const items = rest.slice(0, limit);
    return { items, next: rest.length > limit ? (items.at(-1)?.id ?? null) : null };
  }

  async get(id: string): Promise<DeadLetter | null> {
    return this.letters.find((letter) => letter.id === id) ?? null;
  }

  async requestReplay({ ids }: { readonly ids: readonly string[] }, actor: string): Promise<number> {
    for (const id of ids) this.#replay(id);
    this.replayers.push(actor);
    return ids.length;
  }

  #replay(id: string): void {
    const index = this.letters.findIndex((letter) => letter.id === id);
    const letter = this.letters[index];
    if (letter === undefined) throw new GluttonyError("dead_letter.not_found");
    if (letter.state !== "parked") throw new GluttonyError("dead_letter.not_replayable");
    this.letters[index] = { ...letter, state: "replaying" };
  }
}

import {
  type DeadLetter,
  type DeadLetterStats,
  GluttonyError,
  type LetterEvent,
  type ReplayOrder,
} from "@gluttony/model";
import type { LetterPlan, LetterSet } from "../../src/letter-ports.ts";
import type {
  DeadLetterPage,
  DeadLetterQuery,
  DeadLetterStore,
  LetterSelection,
  ReplayWish,
} from "../../src/ports.ts";

/** Dead letters in memory; a cursor is the id of the last letter of the page before. */
export class MemoryDeadLetters implements DeadLetterStore {
  readonly letters: DeadLetter[] = [];
  readonly counted: DeadLetterStats[] = [];
  readonly made: ReplayOrder[] = [];
  readonly happened: LetterEvent[] = [];
  /** Who asked for what, in order. */
  readonly asked: { readonly selection: LetterSelection; readonly wish: ReplayWish }[] = [];
  readonly closed: {
    readonly selection: LetterSelection;
    readonly actor: string;
    readonly reason?: string;
  }[] = [];

  async list({ consumerId, state, limit, after, ...rest }: DeadLetterQuery): Promise<DeadLetterPage> {
    const wanted = this.letters.filter(
      (letter) =>
        (consumerId === undefined || letter.consumerId === consumerId) &&
        (rest.consumerIds === undefined || rest.consumerIds.includes(letter.consumerId)) &&
        (state === undefined || letter.state === state) &&
        (rest.failureCode === undefined || letter.failure.code === rest.failureCode) &&
        (rest.partition === undefined || letter.partition === rest.partition) &&
        (rest.subject === undefined || letter.subject === rest.subject),
    );
    const left = wanted.slice(after === undefined ? 0 : wanted.findIndex(({ id }) => id === after) + 1);
    const items = left.slice(0, limit);
    return { items, next: left.length > limit ? (items.at(-1)?.id ?? null) : null };
  }

  async get(id: string): Promise<DeadLetter | null> {
    return this.letters.find((letter) => letter.id === id) ?? null;
  }

  async stats(consumerId?: string): Promise<readonly DeadLetterStats[]> {
    return this.counted.filter(({ consumer }) => consumerId === undefined || consumer === consumerId);
  }

  async requestReplay(selection: LetterSelection, wish: ReplayWish): Promise<ReplayOrder> {
    const ids = "ids" in selection ? selection.ids : this.letters.map(({ id }) => id);
    wish.confirm?.(this.#setOf(selection));
    for (const id of ids) this.#replay(id);
    this.asked.push({ selection, wish });
    const order: ReplayOrder = {
      ...{ id: String(this.made.length + 1), consumerId: "1", state: "running", actor: wish.actor },
      ...{ reason: wish.reason, perSecondMax: wish.perSecondMax, failuresMax: wish.failuresMax },
      ...{ asked: ids.length, succeeded: 0, failed: 0, askedAt: new Date(0), endedAt: null },
    };
    this.made.push(order);
    return order;
  }

  async orders(consumerId?: string): Promise<readonly ReplayOrder[]> {
    return this.made.filter((order) => consumerId === undefined || order.consumerId === consumerId);
  }

  async discard(
    selection: LetterSelection,
    { actor, reason, confirm }: Pick<ReplayWish, "actor" | "reason" | "confirm">,
  ): Promise<number> {
    if (reason.trim() === "") throw new GluttonyError("dead_letter.reason_required");
    confirm?.(this.#setOf(selection));
    this.closed.push({ selection, actor, reason });
    return this.letters.length;
  }

  async restore(selection: LetterSelection, actor: string): Promise<number> {
    this.closed.push({ selection, actor });
    return this.letters.length;
  }

  async planReplay(selection: LetterSelection): Promise<LetterPlan> {
    const set = this.#setOf(selection);
    const { count } = set;
    return {
      ...{ consumerId: "1", set, byFailureCode: [{ failureCode: "empi.refused", count }] },
      ...{ byPartition: [{ partition: 0, count }], keys: { count: 1, most: [{ subject: "s", count }] } },
      ...{ followers: 0 },
      leftOut: { behindAnother: 0, forceNeeded: 0, withoutRecord: 0, underWay: 0, closed: 0 },
    };
  }

  planDiscard(selection: LetterSelection): Promise<LetterPlan> {
    return this.planReplay(selection);
  }

  async history(): Promise<readonly LetterEvent[]> {
    return this.happened;
  }

  async note(id: string, { note }: { readonly note: string | null }): Promise<void> {
    const index = this.letters.findIndex((letter) => letter.id === id);
    const letter = this.letters[index];
    if (letter === undefined) throw new GluttonyError("dead_letter.not_found");
    this.letters[index] = { ...letter, note };
  }

  #setOf(selection: LetterSelection): LetterSet {
    const ids = "ids" in selection ? selection.ids : this.letters.map(({ id }) => id);
    return { count: ids.length, digest: JSON.stringify(ids) };
  }

  #replay(id: string): void {
    const index = this.letters.findIndex((letter) => letter.id === id);
    const letter = this.letters[index];
    if (letter === undefined) throw new GluttonyError("dead_letter.not_found");
    if (letter.state !== "parked") throw new GluttonyError("dead_letter.not_replayable");
    this.letters[index] = { ...letter, state: "replaying" };
  }
}

import { type ConsumerDraft, type ConsumerRow, GluttonyError } from "@gluttony/model";
import type { ConsumerStore, SeenChange } from "../../src/ports.ts";

/** Desired state in memory, with the real store's refusals; clear connection strings become envelopes. */
export class MemoryConsumers implements ConsumerStore {
  readonly rows = new Map<string, ConsumerRow>();
  /** Who changed what, in order. */
  readonly actors: string[] = [];
  /** Every version of every row, in order. */
  readonly versions: { readonly row: ConsumerRow; readonly actor: string; readonly deed: string }[] = [];
  #lastId = 0;

  async list(): Promise<readonly ConsumerRow[]> {
    return [...this.rows.values()];
  }

  async get(idOrName: string): Promise<ConsumerRow | null> {
    const named = [...this.rows.values()].find((row) => row.name === idOrName);
    return this.rows.get(idOrName) ?? named ?? null;
  }

  async create(draft: ConsumerDraft, actor: string): Promise<ConsumerRow> {
    this.#checkName(draft.name, null);
    this.#lastId += 1;
    const id = String(this.#lastId);
    const row = { ...stored(draft), id, count: 0n, creationTime: new Date(0), revision: 1n };
    this.keep(row, actor, "insert");
    this.actors.push(actor);
    return row;
  }

  async update(id: string, draft: ConsumerDraft, change: SeenChange): Promise<ConsumerRow> {
    const seen = this.#seen(id, change);
    this.#checkName(draft.name, id);
    const row = { ...seen, ...stored(draft), revision: seen.revision + 1n };
    this.keep(row, change.actor, change.operation ?? "update");
    return row;
  }

  /** What the row is from now on. */
  keep(row: ConsumerRow, actor: string, deed: string): void {
    this.rows.set(row.id, row);
    this.versions.push({ row, actor, deed });
  }

  async delete(id: string, change: SeenChange): Promise<void> {
    this.#seen(id, change);
    this.rows.delete(id);
  }

  #seen(id: string, { actor, revision }: SeenChange): ConsumerRow {
    const row = this.rows.get(id);
    if (row === undefined) throw new GluttonyError("consumer.not_found");
    if (row.revision !== revision) throw new GluttonyError("consumer.stale_revision");
    this.actors.push(actor);
    return row;
  }

  #checkName(name: string, ownId: string | null): void {
    const isTaken = [...this.rows.values()].some((row) => row.name === name && row.id !== ownId);
    if (isTaken) throw new GluttonyError("consumer.name_taken");
  }
}

// Stands in for encryption: what is stored holds the clear text, so that a leak of it shows.
function stored(draft: ConsumerDraft): ConsumerDraft {
  const { connString } = draft;
  const isClear = connString !== null && !/^(enc:|\$\{)/.test(connString);
  return isClear ? { ...draft, connString: `enc:v1:${connString}` } : draft;
}

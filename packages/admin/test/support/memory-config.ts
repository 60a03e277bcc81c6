import type { ConfigDeed, StoredConfig, StoredPlugin } from "@gluttony/model";
import type { ConfigApplying, ConfigStore } from "../../src/config-ports.ts";
import type { MemoryAccess } from "./memory-access.ts";
import type { MemoryConsumers } from "./memory-consumers.ts";

/** Documents over the stores in memory. Nothing is taken back: the real store's test holds that. */
export class MemoryConfig implements ConfigStore {
  readonly plugins: StoredPlugin[] = [];
  /** What was applied, in order. */
  readonly applied: ConfigApplying[] = [];
  /** What a rehearsal throws. */
  refusal: Error | null = null;
  readonly #consumers: MemoryConsumers;
  readonly #access: MemoryAccess;

  constructor(consumers: MemoryConsumers, access: MemoryAccess) {
    this.#consumers = consumers;
    this.#access = access;
  }

  async read(): Promise<StoredConfig> {
    return {
      consumers: await this.#consumers.list(),
      plugins: this.plugins,
      users: this.#access.people,
    };
  }

  async apply(decide: (stored: StoredConfig) => readonly ConfigDeed[], by: ConfigApplying): Promise<void> {
    for (const deed of decide(await this.read())) await this.#perform(deed, by.actor);
    this.applied.push(by);
  }

  async rehearse(): Promise<void> {
    if (this.refusal !== null) throw this.refusal;
  }

  async #perform(deed: ConfigDeed, actor: string): Promise<void> {
    switch (deed.do) {
      case "write-consumer": {
        const { seen, draft } = deed;
        if (seen === null) await this.#consumers.create(draft, actor);
        else await this.#consumers.update(seen.id, draft, { actor, revision: seen.revision });
        return;
      }
      case "delete-consumer":
        return this.#consumers.delete(deed.seen.id, { actor, revision: deed.seen.revision });
      case "write-user": {
        const { seen, user } = deed;
        if (seen === null) await this.#access.accounts.create(user, null, actor);
        else await this.#access.accounts.update(seen.id, user, { actor, revision: seen.revision });
        return;
      }
      case "delete-user":
        return this.#access.accounts.delete(deed.seen.id, { actor, revision: deed.seen.revision });
      case "plugin":
        throw new Error("no plugins here");
    }
  }
}

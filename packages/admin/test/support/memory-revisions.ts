import type { ConsumerRow } from "@gluttony/model";
import type { KeptRevision, RevisionStore } from "../../src/revision-ports.ts";
import type { MemoryConsumers } from "./memory-consumers.ts";

/** The versions of the consumers in memory, as the real store keeps them: secrets are marks. */
export class MemoryRevisions implements RevisionStore {
  readonly #consumers: MemoryConsumers;

  constructor(consumers: MemoryConsumers) {
    this.#consumers = consumers;
  }

  async list(consumerId: string, page: { readonly before: bigint | null; readonly limit: number }) {
    const all = this.#all(consumerId).filter(
      ({ revision }) => page.before === null || revision < page.before,
    );
    const items = all.toReversed().slice(0, page.limit);
    const last = items.at(-1);
    return { items, next: all.length > page.limit && last !== undefined ? last.revision : null };
  }

  async get(consumerId: string, revision: bigint): Promise<KeptRevision | null> {
    return this.#all(consumerId).find((kept) => kept.revision === revision) ?? null;
  }

  #all(consumerId: string): readonly KeptRevision[] {
    const versions = this.#consumers.versions.filter(({ row }) => row.id === consumerId);
    return versions.map(({ row, actor, deed }, index) => ({
      revision: row.revision,
      at: new Date(0),
      actor,
      operation: deed,
      reason: null,
      row: snapshotOf(row),
      rowBefore: snapshotOf(versions[index - 1]?.row),
    }));
  }
}

function snapshotOf(row: ConsumerRow | undefined): unknown {
  if (row === undefined) return null;
  return {
    id: row.id,
    name: row.name,
    conn_string: markOf(row.connString),
    data_source: row.dataSource,
    capture_schema: row.captureSchema,
    capture_table: row.captureTable,
    topic: row.topic,
    group: row.group,
    handler_func: row.handlerFunc,
    global_key: row.globalKey,
    is_valid: row.isValid,
    configuration: row.configuration,
  };
}

function markOf(connString: string | null): string | null {
  if (connString === null) return null;
  return connString.startsWith("enc:") ? "(encrypted)" : "(reference)";
}

import { GluttonyError, type MaskingRule } from "@gluttony/model";
import type { RawRecord } from "@gluttony/sdk/codecs";
import type { ChangeReader, MaskingStores, Reveal } from "../../src/change-ports.ts";
import type { TopicBounds } from "../../src/position-ports.ts";

/** Records of one topic, by partition, as a reader gives them in chunks of a few. */
export class MemoryTopic {
  readonly records = new Map<number, RawRecord[]>();
  readonly topicId: string;
  readonly #topic: string;
  readonly #chunk: number;
  looks = 0;

  constructor(topic: string, partitions: number, { chunk = 3, topicId = "topic-1" } = {}) {
    this.#topic = topic;
    this.#chunk = chunk;
    this.topicId = topicId;
    for (let partition = 0; partition < partitions; partition += 1) this.records.set(partition, []);
  }

  get bounds(): TopicBounds {
    const partitions = [...this.records].map(
      ([partition, { length }]) => [partition, { start: 0n, end: BigInt(length) }] as const,
    );
    return { topicId: this.topicId, partitions: new Map(partitions) };
  }

  add(partition: number, { key, value, headers = [] }: Partial<RawRecord>): bigint {
    const records = this.records.get(partition) ?? [];
    const offset = BigInt(records.length);
    records.push({
      ...{ topic: this.#topic, partition, offset, timestampMs: 1_700_000_000_000, headers },
      key: key ?? null,
      value: value ?? null,
    });
    return offset;
  }

  /** Keys lie by the sum of their bytes. */
  readonly reader: ChangeReader = {
    readChunk: async ({ partition, offset }) => {
      this.looks += 1;
      const rest = (this.records.get(partition) ?? []).filter((record) => record.offset >= offset);
      const records = rest.slice(0, this.#chunk);
      return { records, next: offset + BigInt(records.length), isUnreadable: false };
    },
    partitionOf: byteSum,
    findSchema: async () => null,
  };
}

export function byteSum(key: Uint8Array, partitions: number): number {
  return key.reduce((sum, byte) => sum + byte, 0) % partitions;
}

/** A change as Debezium's JSON converter writes it without schemas. */
export function changeBytes(fields: {
  readonly op?: "c" | "u" | "d" | "r";
  readonly before?: object | null;
  readonly after?: object | null;
  readonly table?: string;
}): Uint8Array {
  const { op = "u", before = null, after = null, table = "patient" } = fields;
  const source = {
    ...{ connector: "postgresql", name: "his", db: "his", schema: "public", table, lsn: 20, txId: 7 },
    ...{ sequence: '["10","20"]', ts_ms: 1_700_000_000_000 },
  };
  return Buffer.from(JSON.stringify({ op, before, after, source }), "utf8");
}

export function jsonBytes(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value), "utf8");
}

/** Rules and reveals in memory, with the real stores' refusals. */
export class MemoryMasking implements MaskingStores {
  readonly stored: MaskingRule[] = [];
  readonly begun: { readonly reveal: Reveal; readonly actor: string; readonly reason: string }[] = [];
  /** Milliseconds for which a reveal holds. */
  holdsMs = 60_000;
  #revision = 0n;

  readonly rules: MaskingStores["rules"] = {
    list: async () => this.stored,
    create: async (draft, actor) => {
      if (this.stored.some(({ name }) => name === draft.name)) throw new GluttonyError("masking.rule_exists");
      const rule = { ...draft, changedBy: actor, changedAt: new Date(0), revision: (this.#revision += 1n) };
      this.stored.push(rule);
      return rule;
    },
    update: async (draft, { actor, revision }) => {
      const index = this.#seen(draft.name, revision);
      const rule = { ...draft, changedBy: actor, changedAt: new Date(0), revision: (this.#revision += 1n) };
      this.stored[index] = rule;
      return rule;
    },
    delete: async (name, { revision }) => void this.stored.splice(this.#seen(name, revision), 1),
  };

  readonly reveals: MaskingStores["reveals"] = {
    begin: async (places, { actor, reason }) => {
      const id = `00000000-0000-4000-8000-${String(this.begun.length).padStart(12, "0")}`;
      const reveal = { id, places, expiresAt: new Date(Date.now() + this.holdsMs) };
      this.begun.push({ reveal, actor, reason });
      return reveal;
    },
    find: async (id, actor) => {
      const found = this.begun.find((one) => one.reveal.id === id && one.actor === actor)?.reveal;
      return found !== undefined && found.expiresAt.getTime() > Date.now() ? found : null;
    },
  };

  /** Shows these columns of every table. */
  show(columns: string, tables = "*"): void {
    this.#add({ tables, columns, effect: "show" });
  }

  mask(columns: string, tables = "*"): void {
    this.#add({ tables, columns, effect: "mask" });
  }

  #add(pattern: Pick<MaskingRule, "tables" | "columns" | "effect">): void {
    const name = `rule-${this.stored.length}`;
    const told = { reason: "test", changedBy: "setup", changedAt: new Date(0) };
    this.stored.push({ name, ...pattern, ...told, revision: (this.#revision += 1n) });
  }

  #seen(name: string, revision: bigint): number {
    const index = this.stored.findIndex((rule) => rule.name === name);
    const found = this.stored[index];
    if (found === undefined) throw new GluttonyError("masking.rule_unknown");
    if (found.revision !== revision) throw new GluttonyError("masking.stale_revision");
    return index;
  }
}

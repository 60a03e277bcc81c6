import type { RecordLedger } from "@gluttony/admin";
import type { KafkaTopics } from "@gluttony/kafka";
import { type ConsumerRow, type DeadLetter, parseConsumer } from "@gluttony/model";
import type { RawRecord } from "@gluttony/sdk/codecs";
import type { Stores } from "../stores.ts";
import type { AttemptNotes } from "./attempt-notes.ts";
import { type LedgerKnowledge, outcomeOfRecord } from "./record-outcome.ts";

/** Offsets of which letters are read at once. */
const rangeOffsets = 5_000n;

/** What a ledger is read from. */
export interface LedgerSources {
  readonly stores: Pick<Stores, "positions" | "observations" | "deadLetters">;
  readonly topics: Pick<KafkaTopics, "topicBounds">;
  /** The attempts of this host. */
  readonly notes: AttemptNotes;
}

/** Tells what became of records, from what is remembered in Postgres and seen of the log. */
export function createRecordLedger(sources: LedgerSources): RecordLedger {
  return {
    watch: ({ id }) => sources.notes.watch(id),
    async open(row) {
      const { known, topicId } = await knowledgeOf(row, sources);
      const letters = new Letters(sources, { consumerId: row.id, topicId });
      return {
        async outcomeOf(record) {
          const letter = await letters.of(record);
          return outcomeOfRecord(record, known, { letter, noted: sources.notes.of(row.id, record) });
        },
      };
    },
  };
}

/** Letters by their records, read by ranges of offsets. */
class Letters {
  readonly #sources: LedgerSources;
  readonly #of: { readonly consumerId: string; readonly topicId: string };
  readonly #ranges = new Map<string, Promise<ReadonlyMap<bigint, DeadLetter>>>();

  constructor(sources: LedgerSources, of: { readonly consumerId: string; readonly topicId: string }) {
    this.#sources = sources;
    this.#of = of;
  }

  async of({ partition, offset }: RawRecord): Promise<DeadLetter | null> {
    const from = offset - (offset % rangeOffsets);
    const name = `${partition}:${from}`;
    const range = this.#ranges.get(name) ?? this.#read(partition, from);
    this.#ranges.set(name, range);
    return (await range).get(offset) ?? null;
  }

  async #read(partition: number, from: bigint): Promise<ReadonlyMap<bigint, DeadLetter>> {
    const range = { ...this.#of, partition, from, to: from + rangeOffsets };
    const letters = await this.#sources.stores.deadLetters.between(range);
    return new Map(letters.map((letter) => [letter.offset, letter]));
  }
}

async function knowledgeOf(
  row: ConsumerRow,
  { stores, topics }: LedgerSources,
): Promise<{ readonly known: LedgerKnowledge; readonly topicId: string }> {
  const parsed = parseConsumer(row);
  const consumer = "consumer" in parsed ? parsed.consumer : null;
  const topic = consumer?.topic ?? row.topic ?? "";
  const [states, positions, moves, bounds] = await Promise.all([
    stores.observations.readStates(row.id),
    stores.positions.load(row.id, topic),
    stores.positions.snapshots(row.id),
    topics.topicBounds(topic),
  ]);
  const topicId = bounds?.topicId ?? "";
  const known = {
    consumer,
    isEnabled: row.isValid,
    states: states.filter(({ state }) => state !== "unknown" && state !== "stopped"),
    // What was read in another life of the topic says nothing of these records.
    positions: positions.filter((position) => position.topicId === topicId),
    bounds: bounds?.partitions ?? new Map(),
    nowMs: Date.now(),
    moves,
  };
  return { known, topicId };
}

import type { RawRecord } from "@gluttony/sdk/codecs";
import type { OutcomeName, RecordLedger, RecordOutcome } from "../../src/record-ports.ts";

/** What became of records, as a test says it: by partition and offset, else that they were delivered. */
export class MemoryLedger implements RecordLedger {
  readonly said = new Map<string, OutcomeName>();
  readonly watched: string[] = [];
  opened = 0;

  say(partition: number, offset: bigint, name: OutcomeName): void {
    this.said.set(`${partition}:${offset}`, name);
  }

  watch({ id }: Parameters<RecordLedger["watch"]>[0]): void {
    this.watched.push(id);
  }

  async open(): ReturnType<RecordLedger["open"]> {
    this.opened += 1;
    const said = new Map(this.said);
    return {
      outcomeOf: async ({ partition, offset }: RawRecord) =>
        outcome(said.get(`${partition}:${offset}`) ?? "delivered"),
    };
  }
}

const open: ReadonlySet<OutcomeName> = new Set<OutcomeName>([
  "retrying",
  "waiting_behind",
  "in_flight",
  "not_fetched",
  "held_up",
]);

export function outcome(name: OutcomeName): RecordOutcome {
  return {
    ...{ name, isEnded: !open.has(name), sentence: `It is ${name}.`, next: null, rule: null },
    ...{ attempts: null, attemptsReason: "not_noted", durationMs: null, durationReason: "not_noted" },
    ...{ nextAttemptAt: null, behindOffset: null, deadLetter: null, code: null, target: null },
  };
}

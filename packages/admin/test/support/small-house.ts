import type { ConsumerDraft, ConsumerRow, DeadLetter, ObservedState, Position } from "@gluttony/model";
import { buildApp, type BuiltApp } from "../../src/app.ts";
import type { AdminCollaborators } from "../../src/ports.ts";
import type { AdminSettings } from "../../src/settings.ts";
import { holdToDescription } from "./hold-to-description.ts";
import { type MemoryHouse, memoryHouse } from "./memory-collaborators.ts";

/** An API for this machine only, on any free port. */
export const localSettings: AdminSettings = { host: "127.0.0.1", port: 0, version: "0.1.0" };

/** An API over an empty house. */
export function appOver(
  replaced: Partial<AdminCollaborators> = {},
  settings: Partial<AdminSettings> = {},
): BuiltApp & { readonly house: MemoryHouse } {
  const house = memoryHouse(replaced);
  const built = buildApp(house.collaborators, { ...localSettings, ...settings });
  holdToDescription(built.app);
  return { ...built, house };
}

/** A draft that can run. */
export function draft(changes: Partial<ConsumerDraft> = {}): ConsumerDraft {
  return {
    name: "persons",
    connString: null,
    dataSource: null,
    captureSchema: null,
    captureTable: null,
    topic: "persons",
    group: null,
    handlerFunc: "empi",
    globalKey: ["id"],
    isValid: true,
    configuration: {},
    ...changes,
  };
}

/** A stored consumer. */
export function storedConsumer(
  house: MemoryHouse,
  changes: Partial<ConsumerDraft> = {},
): Promise<ConsumerRow> {
  return house.consumers.create(draft(changes), "setup");
}

/** What one host says of the first consumer. */
export function observed(changes: Partial<ObservedState> = {}): ObservedState {
  return {
    consumerId: "1",
    hostId: "host-a",
    state: "running",
    since: new Date("2026-01-01T00:00:00Z"),
    cause: null,
    revision: 1n,
    release: null,
    partitions: [],
    lagMs: null,
    retrying: 0,
    nextAttemptAt: null,
    ...changes,
  };
}

/** A partition whose account balances: 10 read, 10 ended. */
export function position(changes: Partial<Position> = {}): Position {
  return {
    topic: "persons",
    topicId: "topic-1",
    partition: 0,
    start: 0n,
    mark: 10n,
    endings: { done: 4, filtered: 3, skipped: 1, parked: 1, hole: 1 },
    ...changes,
  };
}

/** A parked record of the first consumer. */
export function letter(changes: Partial<DeadLetter> = {}): DeadLetter {
  return {
    id: "letter-1",
    consumerId: "1",
    consumer: "persons",
    topic: "persons",
    partition: 0,
    offset: 9_007_199_254_740_993n,
    state: "parked",
    failure: { kind: "record", code: "empi.refused", message: "EMPI answered 422" },
    attempts: 1,
    release: null,
    parkedAt: new Date("2026-01-01T00:00:00Z"),
    sizeBytes: 120,
    subject: "0123456789abcdef0123456789abcdef",
    isBehind: false,
    holdsRecord: true,
    replays: 0,
    reason: null,
    note: null,
    ...changes,
  };
}

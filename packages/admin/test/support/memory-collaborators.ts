import { checkDraft, type Facts, type ObservedState, type Position, type Release } from "@gluttony/model";
import type { AdminCollaborators, Readiness } from "../../src/ports.ts";
import { MemoryConsumers } from "./memory-consumers.ts";
import { MemoryDeadLetters } from "./memory-dead-letters.ts";

/** One line that the API logged. */
export interface LoggedLine {
  readonly level: "info" | "warn" | "error";
  readonly message: string;
  readonly facts: Facts;
}

/** Everything the API reads or writes, in memory; a test fills in what it is about. */
export interface MemoryHouse {
  readonly consumers: MemoryConsumers;
  readonly deadLetters: MemoryDeadLetters;
  readonly observed: ObservedState[];
  readonly positions: Position[];
  readonly installed: Release[];
  readonly filtered: Map<string, number | bigint>;
  readonly lines: LoggedLine[];
  readiness: Readiness;
  readonly collaborators: AdminCollaborators;
}

/** Makes an empty house; what is given replaces a port. */
export function memoryHouse(replaced: Partial<AdminCollaborators> = {}): MemoryHouse {
  const lines: LoggedLine[] = [];
  const logAt =
    (level: LoggedLine["level"]) =>
    (message: string, facts: Facts = {}): void => {
      lines.push({ level, message, facts });
    };
  const house: MemoryHouse = {
    consumers: new MemoryConsumers(),
    deadLetters: new MemoryDeadLetters(),
    observed: [],
    positions: [],
    installed: [],
    filtered: new Map(),
    lines,
    readiness: { ok: true, parts: [{ name: "database", ok: true, detail: "answers" }] },
    get collaborators(): AdminCollaborators {
      return { ...portsOf(house), log, ...replaced };
    },
  };
  const log = { info: logAt("info"), warn: logAt("warn"), error: logAt("error") };
  return house;
}

function portsOf(house: MemoryHouse): Omit<AdminCollaborators, "log"> {
  return {
    consumers: house.consumers,
    deadLetters: house.deadLetters,
    observations: {
      readStates: async (id) =>
        house.observed.filter(({ consumerId }) => id === undefined || consumerId === id),
    },
    positions: { load: async (_id, topic) => house.positions.filter((position) => position.topic === topic) },
    releases: { list: async () => house.installed },
    filteredCounts: async () => house.filtered,
    checkConsumer: checkDraft,
    readiness: async () => house.readiness,
    metrics: async () => ({ contentType: "text/plain; version=0.0.4", body: "gluttony_up 1\n" }),
  };
}

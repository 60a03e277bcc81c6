import {
  checkDraft,
  type Facts,
  GluttonyError,
  type ObservedState,
  type Position,
  type Release,
  type StateChange,
} from "@gluttony/model";
import type { SeenError } from "../../src/error-ports.ts";
import type { AdminCollaborators, Readiness } from "../../src/ports.ts";
import type {
  ChosenPosition,
  DoneMove,
  PlannedMoves,
  PositionSnapshot,
  TopicBounds,
} from "../../src/position-ports.ts";
import { MemoryAlerting } from "./memory-alerting.ts";
import { MemoryAccess } from "./memory-access.ts";
import { MemoryConfig } from "./memory-config.ts";
import { MemoryConsumers } from "./memory-consumers.ts";
import { MemoryDeadLetters } from "./memory-dead-letters.ts";
import { MemoryRevisions } from "./memory-revisions.ts";
import { MemoryOperations, MemorySteering } from "./memory-steering.ts";
import { MemoryPlugins } from "./memory-plugins.ts";
import { MemorySecrets } from "./memory-secrets.ts";
import { MemorySettings } from "./memory-settings.ts";

/** One line that the API logged. */
export interface LoggedLine {
  readonly level: "info" | "warn" | "error";
  readonly message: string;
  readonly facts: Facts;
}

/** Everything the API reads or writes, in memory; a test fills in what it is about. */
export interface MemoryHouse {
  readonly access: MemoryAccess;
  readonly alerting: MemoryAlerting;
  readonly secrets: MemorySecrets;
  readonly settings: MemorySettings;
  readonly consumers: MemoryConsumers;
  readonly config: MemoryConfig;
  readonly deadLetters: MemoryDeadLetters;
  readonly operations: MemoryOperations;
  readonly plugins: MemoryPlugins;
  readonly errors: SeenError[];
  readonly observed: ObservedState[];
  readonly positions: Position[];
  readonly installed: Release[];
  readonly filtered: Map<string, number | bigint>;
  readonly history: StateChange[];
  /** Topics on the brokers. */
  readonly topics: Map<string, TopicBounds>;
  /** Positions that a person chose. */
  readonly chosen: ChosenPosition[];
  /** Plans that were applied. */
  readonly planned: PlannedMoves[];
  readonly snapshots: PositionSnapshot[];
  /** Who cleared whose fence, and why. */
  readonly cleared: { readonly consumerId: string; readonly actor: string; readonly reason: string }[];
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
  const access = new MemoryAccess();
  const consumers = new MemoryConsumers();
  const house: MemoryHouse = {
    access,
    alerting: new MemoryAlerting(),
    secrets: new MemorySecrets(),
    settings: new MemorySettings(),
    consumers,
    config: new MemoryConfig(consumers, access),
    deadLetters: new MemoryDeadLetters(),
    operations: new MemoryOperations(),
    plugins: new MemoryPlugins(),
    errors: [],
    observed: [],
    positions: [],
    installed: [],
    filtered: new Map(),
    history: [],
    topics: new Map(),
    chosen: [],
    planned: [],
    snapshots: [],
    cleared: [],
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
    access: house.access,
    alerting: house.alerting,
    secrets: house.secrets,
    settings: house.settings,
    config: house.config,
    consumers: house.consumers,
    deadLetters: house.deadLetters,
    operations: house.operations,
    revisions: new MemoryRevisions(house.consumers),
    steering: new MemorySteering(house.consumers, house.operations),
    plugins: house.plugins,
    errors: {
      list: async () => house.errors,
      get: async (_id, fingerprint) => {
        const found = house.errors.find((one) => one.fingerprint === fingerprint);
        if (found === undefined) throw new GluttonyError("consumer.error_unknown");
        return found;
      },
    },
    observations: {
      readStates: async (among, without) =>
        house.observed
          .filter(({ consumerId }) => among === undefined || [among].flat().includes(consumerId))
          .map((one) => (without === undefined ? one : { ...one, partitions: [] })),
      history: async (id, limit) =>
        house.history.filter(({ consumerId }) => consumerId === id).slice(0, limit),
    },
    positions: {
      load: async (_id, topic) => house.positions.filter((position) => position.topic === topic),
      choose: async (_id, chosen) => choose(house, chosen),
      chooseAll: async (_id, planned) => chooseAll(house, planned),
      snapshots: async () => house.snapshots,
    },
    topicBounds: async (topic) => house.topics.get(topic) ?? null,
    fence: {
      clear: async (consumerId, { actor, reason }) => {
        if (reason.trim() === "") throw new GluttonyError("position.reason_required");
        return house.cleared.push({ consumerId, actor, reason });
      },
    },
    releases: { list: async () => house.installed },
    filteredCounts: async () => house.filtered,
    checkConsumer: checkDraft,
    readiness: async () => house.readiness,
    metrics: async () => ({ contentType: "text/plain; version=0.0.4", body: "gluttony_up 1\n" }),
  };
}

/** With the real store's refusals; every choice is a new account. */
function choose(house: MemoryHouse, chosen: ChosenPosition): Position {
  const { topic, topicId, partition, to, bounds, reason } = chosen;
  if (reason.trim() === "") throw new GluttonyError("position.reason_required");
  if (to < bounds.start || to > bounds.end) throw new GluttonyError("position.invalid");
  house.chosen.push(chosen);
  const endings = { done: 0, filtered: 0, skipped: 0, parked: 0, hole: 0 };
  return { topic, topicId, partition, start: to, mark: to, endings, isChosen: true };
}

function chooseAll(house: MemoryHouse, planned: PlannedMoves): readonly DoneMove[] {
  if (planned.reason.trim() === "") throw new GluttonyError("position.reason_required");
  house.planned.push(planned);
  return planned.moves.map((move) => ({
    partition: move.partition,
    from: move.from,
    position: choose(house, { ...planned, ...move }),
  }));
}

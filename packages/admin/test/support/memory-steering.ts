import {
  type ConsumerRow,
  desiredStateOf,
  GluttonyError,
  type Operation,
  type OperationEnding,
  type WantedRun,
} from "@gluttony/model";
import type {
  OperationQuery,
  OperationStore,
  SteeringStore,
  SteeringWish,
} from "../../src/steering-ports.ts";
import type { MemoryConsumers } from "./memory-consumers.ts";

/** Operations in memory. */
export class MemoryOperations implements OperationStore {
  /** Newest first. */
  readonly all: Operation[] = [];

  async list(query: OperationQuery): Promise<{ readonly items: readonly Operation[]; readonly next: null }> {
    const items = this.all.filter(
      ({ state, kind, subject }) =>
        (query.state === undefined || query.state === state) &&
        (query.kind === undefined || query.kind === kind) &&
        (query.subject === undefined || query.subject.id === subject.id) &&
        (query.among === undefined ||
          query.among.kind !== subject.kind ||
          query.among.ids.includes(subject.id)),
    );
    return { items: items.slice(0, query.limit), next: null };
  }

  async get(id: string): Promise<Operation | null> {
    return this.all.find((operation) => operation.id === id) ?? null;
  }

  async end(id: string, { state, at, result, errorCode }: OperationEnding): Promise<Operation | null> {
    const found = await this.get(id);
    if (found?.state !== "running") return found;
    const ended = { ...found, state, endedAt: at, result, errorCode };
    this.all[this.all.indexOf(found)] = ended;
    return ended;
  }
}

/** Wishes in memory, with the real store's refusals. */
export class MemorySteering implements SteeringStore {
  readonly #consumers: MemoryConsumers;
  readonly #operations: MemoryOperations;

  constructor(consumers: MemoryConsumers, operations: MemoryOperations) {
    this.#consumers = consumers;
    this.#operations = operations;
  }

  async steer(consumerId: string, wish: SteeringWish): Promise<Operation> {
    const row = this.#consumers.rows.get(consumerId);
    if (row === undefined) throw new GluttonyError("consumer.not_found");
    const { verb, actor, reason, limitMs } = wish;
    if ((verb === "pause" || verb === "stop") && reason.trim() === "")
      throw new GluttonyError("consumer.reason_required");
    const before = desiredStateOf(row, Date.now());
    if (before === "stopped" && verb !== "start" && verb !== "stop")
      throw new GluttonyError("consumer.stopped");
    const after = this.#write(row, wish);
    const wanted: WantedRun = {
      desired: desiredStateOf(after, Date.now()),
      revision: String(after.revision),
      before: { desired: before, until: null },
    };
    const operation: Operation = {
      id: `operation-${this.#operations.all.length + 1}`,
      kind: `consumer.${verb}`,
      subject: { kind: "consumer", id: row.id, name: row.name },
      actor,
      reason: reason === "" ? null : reason,
      wanted,
      state: "running",
      createdAt: new Date(),
      deadlineAt: new Date(Date.now() + limitMs),
      endedAt: null,
      isCancellable: verb !== "restart",
      result: null,
      errorCode: null,
    };
    this.#operations.all.unshift(operation);
    return operation;
  }

  async takeBack(operation: Operation, wanted: WantedRun, actor: string): Promise<void> {
    const ending = {
      state: "cancelled",
      at: new Date(),
      result: {},
      errorCode: "operation.cancelled",
    } as const;
    await this.#operations.end(operation.id, ending);
    const row = this.#consumers.rows.get(operation.subject.id);
    if (row === undefined) throw new GluttonyError("consumer.not_found");
    const verbs = { enabled: "start", paused: "pause", stopped: "stop" } as const;
    const verb = verbs[wanted.before.desired];
    this.#write(row, { verb, actor, reason: "cancelled", until: null, limitMs: 0 });
  }

  #write(row: ConsumerRow, { verb, actor, reason, until }: SteeringWish): ConsumerRow {
    const restarts = (row.steering?.restarts ?? 0n) + (verb === "restart" ? 1n : 0n);
    const after: ConsumerRow = {
      ...row,
      isValid: verb !== "stop",
      revision: row.revision + 1n,
      steering: { isPaused: verb === "pause", until, actor, reason, at: new Date(), restarts },
    };
    this.#consumers.keep(after, actor, verb);
    return after;
  }
}

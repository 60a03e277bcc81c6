import type { AttemptRequest, AttemptResult } from "./cell.ts";
import { AttemptQueue } from "./attempt-queue.ts";
import type { Pending } from "./attempt-queue.ts";
import { encodeBatch } from "./batch.ts";
import type { BatchEntry } from "./batch.ts";
import type { CellOptions } from "./cell-options.ts";
import { releaseFacts } from "./cell-plan.ts";
import type { CellCollaborators, CellPlan } from "./cell-plan.ts";
import { ConsumerNumbers } from "./consumer-numbers.ts";
import type { Death, KillReason, ProcessAnswer } from "./death.ts";
import { FrameError, decodeJson, decodeMixed, encodeFrame, encodeJsonFrame, frameTypes } from "./frames.ts";
import type { Frame, FrameDecoder } from "./frames.ts";
import { HostCalls } from "./host-calls.ts";
import { lastFramesOf } from "./last-frames.ts";
import { lostAnswer, neverSent } from "./lost-answer.ts";
import { parseFetch, parseLog, parseOutcomes, parseRequestNumber } from "./messages.ts";
import { residentBytes } from "./resident-bytes.ts";
import type { SpawnedCell } from "./spawn-cell.ts";
import { TimerWheel } from "./timer-wheel.ts";

/** A process whose plugin is loaded. */
export interface StartedCell {
  readonly plan: CellPlan;
  readonly spawned: SpawnedCell;
  readonly decoder: FrameDecoder;
  readonly privacy: { hasSeenRecords: boolean };
  readonly leftover: readonly Frame[];
}

/** Log lines, heartbeats and aborted calls of one second; a plugin that writes more floods the pipe on purpose. */
const unaskedFramesPerSecondMax = 2_000;

/** One process with a loaded plugin, from its first record to its end. Restarting is its supervisor's work. */
export class ProcessCell {
  /** Resolves when the process ended: with the reason, or null when it was asked to. */
  readonly died: Promise<Death | null>;
  readonly #started: StartedCell;
  readonly #collaborators: CellCollaborators;
  readonly #options: CellOptions;
  readonly #queue: AttemptQueue;
  readonly #consumers = new ConsumerNumbers();
  readonly #wheel = new TimerWheel();
  readonly #calls: HostCalls;
  readonly #watch: NodeJS.Timeout;
  #lastFrameAt: number = performance.now();
  #residentBytes: number | null = null;
  #unasked = { second: 0, frames: 0 };
  #killedFor: (KillReason & { readonly at: number }) | undefined;
  #isDraining = false;
  #isFlushing = false;
  #death: Death | undefined;

  constructor(started: StartedCell, collaborators: CellCollaborators, options: CellOptions) {
    this.#started = started;
    this.#collaborators = collaborators;
    this.#options = options;
    this.#queue = new AttemptQueue(options);
    const { channel } = started.spawned;
    this.#calls = new HostCalls(channel, collaborators.targets, started.plan.origins);
    this.#watch = setInterval(() => void this.#check(), options.memoryCheckMs);
    this.#watch.unref();
    this.died = this.#untilEnd();
    channel.on("drain", () => this.#flush());
    channel.on("data", (chunk: Buffer) => this.#read(() => started.decoder.push(chunk)));
    this.#read(() => started.leftover);
    channel.resume();
  }

  get pid(): number | null {
    return this.#started.spawned.child.pid ?? null;
  }

  get heartbeatAgeMs(): number {
    return Math.round(performance.now() - this.#lastFrameAt);
  }

  get residentBytes(): number | null {
    return this.#residentBytes;
  }

  /** Runs one attempt as soon as there is credit for it. Never rejects. */
  attempt(request: AttemptRequest): Promise<ProcessAnswer> {
    if (this.#death !== undefined) return Promise.resolve(neverSent(this.#death));
    if (request.signal?.aborted === true) return Promise.resolve(calledOff);
    return new Promise((resolve) => {
      const pending = this.#queue.add(request, (answer) => {
        request.signal?.removeEventListener("abort", abort);
        resolve(answer);
      });
      const abort = (): void => this.#abort(pending);
      request.signal?.addEventListener("abort", abort, { once: true });
      this.#scheduleFlush();
    });
  }

  /** Waits for what is in flight, has the plugin torn down, and ends the process; kills it after the budget. */
  async drain(budgetMs: number): Promise<void> {
    this.#isDraining = true;
    const timer = setTimeout(() => this.#started.spawned.kill(), budgetMs);
    this.#write(encodeJsonFrame(frameTypes.drain, {}));
    await this.died;
    clearTimeout(timer);
  }

  // Everything asked for in one turn of the loop leaves in one batch.
  #scheduleFlush(): void {
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    setImmediate(() => {
      this.#isFlushing = false;
      this.#flush();
    });
  }

  #flush(): void {
    const { spawned, privacy } = this.#started;
    const { channel } = spawned;
    if (this.#death !== undefined) return;
    while (channel.writable && !channel.writableNeedDrain) {
      const batch = this.#queue.nextBatch();
      if (batch.length === 0) return;
      privacy.hasSeenRecords = true;
      this.#send(batch);
    }
  }

  #send(batch: readonly Pending[]): void {
    let entries: BatchEntry[] = [];
    for (const pending of batch) {
      const { number, frames } = this.#consumers.numberOf(pending.request.consumer);
      // A consumer may be introduced or forgotten here; what refers to the old number goes first.
      if (frames.length > 0) entries = this.#sendEntries(entries);
      for (const frame of frames) this.#write(frame);
      pending.consumer = number;
      this.#startClock(pending);
      entries.push(pending.entry());
    }
    this.#sendEntries(entries);
  }

  #sendEntries(entries: readonly BatchEntry[]): BatchEntry[] {
    if (entries.length > 0) this.#write(encodeFrame(frameTypes.batch, encodeBatch(entries)));
    return [];
  }

  #startClock(pending: Pending): void {
    const { deadlineMs, graceMs } = pending.request.consumer;
    pending.softAt = performance.now() + deadlineMs;
    pending.deadlines = [
      // An answer to the ping tells a handler that waits from a loop that blocks.
      this.#wheel.after(deadlineMs, () => this.#write(encodeJsonFrame(frameTypes.ping, {}))),
      this.#wheel.after(deadlineMs + graceMs, () => this.#overdue(pending)),
    ];
  }

  #abort(pending: Pending): void {
    if (this.#queue.withdraw(pending)) pending.settle(calledOff);
    else this.#write(encodeJsonFrame(frameTypes.abort, { attemptId: pending.id }));
  }

  #overdue(pending: Pending): void {
    const isLoopAlive = this.#lastFrameAt >= pending.softAt;
    const detail = isLoopAlive ? "A handler did not end after its deadline." : "The cell's loop is blocked.";
    this.#kill({ code: "handler.deadline", detail, isLoopAlive });
  }

  #read(framesOf: () => readonly Frame[]): void {
    if (this.#killedFor?.code === "plugin.protocol_violation") return;
    this.#lastFrameAt = performance.now();
    try {
      for (const frame of framesOf()) this.#take(frame);
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      this.#kill({ code: "plugin.protocol_violation", detail: error.message, isLoopAlive: true });
    }
  }

  #take({ type, payload }: Frame): void {
    if (type === frameTypes.outcomes) return this.#takeOutcomes(parseOutcomes(decodeJson(payload)));
    if (type === frameTypes.fetch) return this.#takeFetch(payload);
    this.#countUnasked();
    if (type === frameTypes.fetchAbort) this.#calls.abort(parseRequestNumber(decodeJson(payload)));
    else if (type === frameTypes.log) this.#takeLog(payload);
    else if (type !== frameTypes.heartbeat && type !== frameTypes.drained) {
      throw new FrameError(`No cell sends frames of type ${type}.`);
    }
  }

  #takeOutcomes(outcomes: readonly (readonly [number, AttemptResult])[]): void {
    for (const [id, result] of outcomes) {
      const pending = this.#queue.finish(id);
      if (pending === undefined) throw new FrameError("An outcome is for no attempt in flight.");
      pending.settle(result);
    }
    this.#scheduleFlush();
  }

  #takeFetch(payload: Buffer): void {
    const { head, body } = decodeMixed(payload);
    const message = parseFetch(head);
    const pending = this.#queue.inFlight(message.attemptId);
    const { idempotencyKey } = pending?.request ?? {};
    const remainingMs = Math.round((pending?.softAt ?? 0) - performance.now());
    const attempt = idempotencyKey === undefined ? undefined : { idempotencyKey, remainingMs };
    void this.#calls.serve(message, body, attempt);
  }

  #takeLog(payload: Buffer): void {
    const { level, message, facts, attemptId, dropped } = parseLog(decodeJson(payload));
    const request = this.#queue.inFlight(attemptId)?.request;
    const record = request?.record;
    this.#collaborators.log[level](message, {
      ...facts,
      ...releaseFacts(this.#started.plan.release),
      ...(request === undefined || record === undefined
        ? {}
        : {
            consumer: request.consumer.name,
            topic: record.topic,
            partition: record.partition,
            offset: record.offset.toString(),
          }),
      ...(dropped === 0 ? {} : { dropped }),
    });
  }

  #countUnasked(): void {
    const second = Math.floor(performance.now() / 1_000);
    if (second !== this.#unasked.second) this.#unasked = { second, frames: 0 };
    this.#unasked.frames += 1;
    if (this.#unasked.frames > unaskedFramesPerSecondMax) throw new FrameError("The cell floods its pipe.");
  }

  async #check(): Promise<void> {
    const { pid } = this;
    if (pid === null || this.#death !== undefined) return;
    this.#residentBytes = await residentBytes(pid);
    const { memoryOverheadBytes, silenceMs } = this.#options;
    const limit = this.#started.plan.release.manifest.limits.memoryMb * 1024 * 1024 + memoryOverheadBytes;
    const seen = this.#residentBytes ?? 0;
    if (seen > limit) {
      const detail = `Resident memory is ${seen} bytes, the limit is ${limit}.`;
      this.#kill({ code: "plugin.memory", detail, isLoopAlive: true });
    } else if (this.heartbeatAgeMs > silenceMs && this.#queue.isIdle) {
      this.#kill({ code: "plugin.crashed", detail: "The idle cell's loop is blocked.", isLoopAlive: false });
    }
  }

  #kill(reason: KillReason): void {
    if (this.#death !== undefined || this.#killedFor !== undefined) return;
    this.#killedFor = { ...reason, at: performance.now() };
    const facts = { ...releaseFacts(this.#started.plan.release), code: reason.code, seen: reason.detail };
    this.#collaborators.log.warn("The cell's process is killed.", facts);
    this.#started.spawned.kill();
  }

  #write(frame: Buffer): void {
    const { channel } = this.#started.spawned;
    if (channel.writable) channel.write(frame);
  }

  async #untilEnd(): Promise<Death | null> {
    const { spawned } = this.#started;
    const { child, channel } = spawned;
    const how = await new Promise<string>((resolve) => {
      const tell = (code: number | null, signal: string | null): void =>
        resolve(signal === null ? `with code ${code}` : `by ${signal}`);
      if (child.exitCode !== null || child.signalCode !== null) tell(child.exitCode, child.signalCode);
      else child.once("exit", tell);
    });
    await lastFramesOf(channel);
    clearInterval(this.#watch);
    this.#wheel.stop();
    this.#calls.abortAll();
    const death = this.#end(how);
    await spawned.clear();
    return this.#isDraining && death.outstanding === 0 ? null : death;
  }

  #end(how: string): Death {
    const { code, detail } = this.#killedFor ?? {
      code: "plugin.crashed",
      detail: `The process ended ${how}.`,
    };
    const { sent, waiting } = this.#queue.abandon();
    const death: Death = { code, detail, at: performance.now(), outstanding: sent.length };
    this.#death = death;
    for (const pending of sent) pending.settle(lostAnswer(pending, { death, sent, kill: this.#killedFor }));
    for (const pending of waiting) pending.settle(neverSent(death));
    return death;
  }
}

const calledOff: AttemptResult = {
  kind: "failed",
  failure: { kind: "transient", code: "handler.aborted", message: "The attempt was called off by the host." },
};

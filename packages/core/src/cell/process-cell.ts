import { setImmediate as turn } from "node:timers/promises";
import type { AttemptRequest, AttemptResult } from "./cell.ts";
import { AttemptQueue } from "./attempt-queue.ts";
import type { AttemptClock, Pending } from "./attempt-queue.ts";
import { encodeBatchFrame } from "./batch.ts";
import { decodeCall, decodeDone } from "./call-frames.ts";
import type { CellOptions } from "./cell-options.ts";
import { releaseFacts } from "./cell-plan.ts";
import type { CellCollaborators, CellPlan } from "./cell-plan.ts";
import { CellLog } from "./cell-log.ts";
import { CellRequests } from "./cell-requests.ts";
import type { Death, KillReason, ProcessAnswer } from "./death.ts";
import { FrameWriter } from "./frame-writer.ts";
import { FrameError, decodeJson, encodeJsonFrame, frameTypes } from "./frames.ts";
import type { Frame, FrameDecoder } from "./frames.ts";
import { HostCalls } from "./host-calls.ts";
import { Introductions } from "./introductions.ts";
import { lostAnswer, neverSent } from "./lost-answer.ts";
import { parseOutcomes, parseRequestNumber } from "./messages.ts";
import { MemoryWatch } from "./memory-watch.ts";
import { blockedIdle, calledOff, done, neverEnded, recycled, replaced } from "./process-answers.ts";
import { ownEndOf } from "./process-end.ts";
import type { OwnEnd } from "./process-end.ts";
import type { PluginOutput } from "./plugin-output.ts";
import { SettingsChecks } from "./settings-checks.ts";
import { SignalListeners } from "./signal-listeners.ts";
import type { SpawnedCell } from "./spawn-cell.ts";
import { TimerWheel } from "./timer-wheel.ts";

/** A process whose plugin is loaded. */
export interface StartedCell {
  readonly plan: CellPlan;
  readonly spawned: SpawnedCell;
  readonly decoder: FrameDecoder;
  readonly privacy: { hasSeenRecords: boolean };
  readonly output: PluginOutput;
  readonly leftover: readonly Frame[];
}

/** One process with a loaded plugin, from its first record to its end. Restarting is its supervisor's work. */
export class ProcessCell {
  /** Resolves when the process ended: with the reason, or null when it was asked to. */
  readonly died: Promise<Death | null>;
  /** What the plugin's own schemas say of settings. */
  readonly settings: SettingsChecks;
  /** Told once when the process holds so much that it should be replaced before it must be killed. */
  onWorn: (() => void) | null = null;
  readonly #started: StartedCell;
  readonly #collaborators: CellCollaborators;
  readonly #options: CellOptions;
  readonly #queue: AttemptQueue;
  readonly #introductions = new Introductions();
  readonly #wheel = new TimerWheel();
  readonly #softClock: AttemptClock = { due: (pending) => this.#atSoftDeadline(pending) };
  readonly #hardClock: AttemptClock = { due: (pending) => this.#overdue(pending) };
  readonly #calls: HostCalls;
  readonly #requests: CellRequests;
  readonly #log: CellLog;
  readonly #writer: FrameWriter;
  readonly #signals = new SignalListeners();
  readonly #watch: NodeJS.Timeout;
  readonly #memory: MemoryWatch;
  #lastFrameAt: number = performance.now();
  #killedFor: (KillReason & { readonly at: number }) | undefined;
  #isDraining = false;
  #death: Death | undefined;

  constructor(started: StartedCell, collaborators: CellCollaborators, options: CellOptions) {
    this.#started = started;
    this.#collaborators = collaborators;
    this.#options = options;
    this.#queue = new AttemptQueue(options);
    const { channel } = started.spawned;
    this.#writer = new FrameWriter(channel, () => this.#gatherBatch());
    const write = (frame: Buffer): void => this.#writer.write(frame);
    this.#calls = new HostCalls(write, collaborators, started.plan.origins);
    this.settings = new SettingsChecks(write);
    const inFlight = (attemptId: number): Pending | undefined => this.#queue.inFlight(attemptId);
    this.#requests = new CellRequests(started.plan.release, collaborators, { write, inFlight });
    this.#log = new CellLog(collaborators.log, { release: started.plan.release, inFlight });
    this.#memory = new MemoryWatch(started.plan.release.manifest.limits.memoryMb, options);
    this.#watch = setInterval(() => void this.#check(), options.memoryCheckMs);
    this.#watch.unref();
    this.died = this.#untilEnd();
    channel.on("drain", () => this.#writer.schedule());
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
    return this.#memory.residentBytes;
  }

  /** Runs one attempt as soon as there is credit for it, and answers once. */
  begin(request: AttemptRequest, answered: (answer: ProcessAnswer) => void): void {
    if (this.#death !== undefined) return answered(neverSent(this.#death));
    const { signal } = request;
    if (signal === undefined) {
      this.#queue.add(request, answered);
    } else {
      if (signal.aborted) return answered(calledOff);
      const pending = this.#queue.add(request, (answer) => {
        listening.leave();
        answered(answer);
      });
      const listening = this.#signals.add(signal, () => this.#abort(pending));
    }
    this.#writer.schedule();
  }

  /** Waits for what is in flight, has the plugin torn down, and ends the process; kills it after the budget. */
  async drain(budgetMs: number): Promise<void> {
    this.#isDraining = true;
    const timer = setTimeout(() => this.#started.spawned.kill(), budgetMs);
    this.#write(encodeJsonFrame(frameTypes.drain, {}));
    await this.died;
    clearTimeout(timer);
  }

  /**
   * Has the process end once what is in flight is answered. It gets no more attempts; those that it has keep their own
   * deadlines, and what waits for credit is tried elsewhere.
   */
  retire(): void {
    this.#isDraining = true;
    this.#write(encodeJsonFrame(frameTypes.drain, {}));
    for (const pending of this.#queue.takeWaiting()) pending.settle(neverSent(replaced));
  }

  /** Whether nothing is in flight. */
  get isIdle(): boolean {
    return this.#queue.isIdle;
  }

  /** Ends the process; what was in flight is tried again in the next one. */
  recycle(): void {
    this.#kill(recycled);
  }

  // Everything asked for in one turn of the loop leaves in one batch; what it does not hold follows in the next turn.
  #gatherBatch(): void {
    const { spawned, privacy } = this.#started;
    if (this.#death !== undefined || !spawned.channel.writable || spawned.channel.writableNeedDrain) return;
    const batch = this.#queue.nextBatch();
    if (batch.length === 0) return;
    privacy.hasSeenRecords = true;
    this.#send(batch);
    if (this.#queue.hasWaiting) setImmediate(() => this.#writer.schedule());
  }

  #send(batch: readonly Pending[]): void {
    const now = performance.now();
    let entries: Pending[] = [];
    for (const pending of batch) {
      const { number, frames } = this.#introductions.before(pending.request);
      // A consumer or a schema may be introduced or forgotten here; what refers to the old one goes first.
      if (frames.length > 0) entries = this.#sendEntries(entries);
      for (const frame of frames) this.#write(frame);
      pending.consumer = number;
      this.#startClock(pending, now);
      entries.push(pending);
    }
    this.#sendEntries(entries);
  }

  #sendEntries(entries: readonly Pending[]): Pending[] {
    if (entries.length > 0) this.#write(encodeBatchFrame(entries));
    return [];
  }

  #startClock(pending: Pending, now: number): void {
    pending.softAt = now + pending.deadlineMs;
    pending.clock = this.#softClock;
    pending.deadline = this.#wheel.after(pending.deadlineMs, pending);
  }

  #atSoftDeadline(pending: Pending): void {
    // An answer to the ping tells a handler that waits from a loop that blocks.
    this.#write(encodeJsonFrame(frameTypes.ping, {}));
    pending.clock = this.#hardClock;
    pending.deadline = this.#wheel.after(pending.request.consumer.graceMs, pending);
  }

  #abort(pending: Pending): void {
    // One that was not sent yet is left out by the queue as soon as it is settled.
    if (!pending.isSent) pending.settle(calledOff);
    else this.#write(encodeJsonFrame(frameTypes.abort, { attemptId: pending.attemptId }));
  }

  #overdue(pending: Pending): void {
    const isLoopAlive = this.#lastFrameAt >= pending.softAt;
    if (!isLoopAlive && this.#started.decoder.hasPart) return this.#kill(neverEnded);
    const detail = isLoopAlive ? "A handler did not end after its deadline." : "The cell's loop is blocked.";
    this.#kill({ code: "handler.deadline", detail, isLoopAlive });
  }

  #read(framesOf: () => readonly Frame[]): void {
    if (this.#killedFor?.code === "plugin.protocol_violation") return;
    try {
      const frames = framesOf();
      // Bytes alone say nothing: a frame that was begun and is never ended swallows whatever follows.
      if (frames.length > 0) this.#lastFrameAt = performance.now();
      for (const frame of frames) this.#take(frame);
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      this.#kill({ code: "plugin.protocol_violation", detail: error.message, isLoopAlive: true });
    }
  }

  #take({ type, payload }: Frame): void {
    if (type === frameTypes.done) return this.#takeDone(decodeDone(payload));
    if (type === frameTypes.call) return this.#takeCall(payload);
    if (type === frameTypes.outcomes) return this.#settleAll(parseOutcomes(decodeJson(payload)));
    if (this.#requests.take(type, payload) || this.settings.take(type, payload)) return;
    this.#log.countUnasked();
    if (type === frameTypes.fetchAbort) this.#calls.abort(parseRequestNumber(decodeJson(payload)));
    else if (type === frameTypes.log) this.#log.takeLine(payload);
    else if (type === frameTypes.strays) this.#log.takeStrays(payload);
    else if (type !== frameTypes.heartbeat && type !== frameTypes.drained) {
      throw new FrameError(`No cell sends frames of type ${type}.`);
    }
  }

  #takeDone(attemptIds: readonly number[]): void {
    for (const attemptId of attemptIds) this.#settle(attemptId, done);
  }

  #settleAll(outcomes: readonly (readonly [number, AttemptResult])[]): void {
    for (const [attemptId, result] of outcomes) this.#settle(attemptId, result);
  }

  #settle(attemptId: number, result: AttemptResult): void {
    const pending = this.#queue.finish(attemptId);
    if (pending === undefined) throw new FrameError("An outcome is for no attempt in flight.");
    pending.settle(result);
    this.#writer.schedule();
  }

  #takeCall(payload: Buffer): void {
    const call = decodeCall(payload);
    this.#calls.serve(call, this.#queue.inFlight(call.attemptId));
  }

  async #check(): Promise<void> {
    // What waits in the pipe is read first: a host that was held up must not take its own pause for the cell's silence.
    await turn();
    const { pid } = this;
    if (pid === null || this.#death !== undefined) return;
    const verdict = this.#memory.look(pid);
    if (verdict.is === "worn") this.onWorn?.();
    if (verdict.is === "over")
      this.#kill({ code: "plugin.memory", detail: verdict.detail, isLoopAlive: true });
    else if (this.heartbeatAgeMs > this.#options.silenceMs && this.#queue.isIdle) {
      this.#kill(this.#started.decoder.hasPart ? neverEnded : blockedIdle);
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
    this.#writer.write(frame);
  }

  async #untilEnd(): Promise<Death | null> {
    const { spawned } = this.#started;
    const itself = await ownEndOf(this.#started);
    clearInterval(this.#watch);
    this.#wheel.stop();
    this.#calls.abortAll();
    this.settings.end();
    const death = this.#end(itself);
    await spawned.clear();
    return this.#isDraining && death.outstanding === 0 ? null : death;
  }

  #end(itself: OwnEnd): Death {
    const { code, detail } = this.#killedFor ?? itself;
    const { sent, waiting } = this.#queue.abandon();
    const death: Death = { code, detail, at: performance.now(), outstanding: sent.length };
    this.#death = death;
    for (const pending of sent) pending.settle(lostAnswer(pending, { death, sent, kill: this.#killedFor }));
    for (const pending of waiting) pending.settle(neverSent(death));
    return death;
  }
}

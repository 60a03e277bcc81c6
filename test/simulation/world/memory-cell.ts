import type { AttemptRequest, AttemptResult, Cell } from "@gluttony/core";
import type { Failure } from "@gluttony/model";
import type { TargetBreakers } from "@gluttony/runtime";
import { judgeAnswer } from "@gluttony/sdk/targets";
import type { HostProcess } from "./host-process.ts";
import { type Target, targetOrigin, type TargetReply } from "./target.ts";
import type { LoggedRecord } from "./topic.ts";
import { epochMs } from "./host-process.ts";
import type { World } from "./world.ts";

/** One call on its way to the target, as the checks follow it. */
export interface TargetCall {
  readonly process: HostProcess;
  readonly record: LoggedRecord;
  readonly request: AttemptRequest;
  readonly sentAtMs: number;
}

/** Told of every call when it is sent, and of every answer that reaches the engine. */
export interface CallWitness {
  onCall(call: TargetCall): void;
  /** The call is over for whoever made it: answered, given up, or lost with its process. */
  onOver(call: TargetCall): void;
  onAnswered(process: HostProcess, request: AttemptRequest, result: AttemptResult): void;
}

/** What a cell lives in. */
export interface CellSurroundings {
  readonly world: World;
  readonly process: HostProcess;
  readonly target: Target;
  readonly breakers: TargetBreakers;
  readonly witness: CallWitness;
  recordOf(request: AttemptRequest): LoggedRecord;
}

const frameMs = 0.4;
const restartMs = 300;
/** Chance that a handler does not heed its signal. */
const deafness = 0.15;

interface Running {
  readonly request: AttemptRequest;
  readonly answer: (result: AttemptResult) => void;
  call: TargetCall | null;
  callOff: (() => void)[];
  isOver: boolean;
}

/** A process with handlers, as `@gluttony/core` keeps one: it dies, hangs, answers late, and is started again. */
export class MemoryCell implements Cell {
  readonly release = "sim@1.0.0";
  readonly #in: CellSurroundings;
  readonly #running = new Set<Running>();
  #readyAtMs = 0;
  #crashes = 0;

  constructor(surroundings: CellSurroundings) {
    this.#in = surroundings;
  }

  checkSettings(): Promise<null> {
    return Promise.resolve(null);
  }

  attempt(request: AttemptRequest): Promise<AttemptResult> {
    return new Promise((resolve) => {
      const running: Running = {
        request,
        call: null,
        callOff: [],
        isOver: false,
        answer: (result) => {
          if (this.#end(running))
            this.#in.process.after(frameMs, () => this.#deliver(request, result, resolve));
        },
      };
      this.#running.add(running);
      this.#begin(running);
    });
  }

  /** The process dies; what it held is tried again in the next one. */
  crash(): void {
    this.#crashes += 1;
    this.#readyAtMs = this.#in.world.nowMs + restartMs;
    this.#in.world.note(`${this.#in.process.id} cell dies with ${this.#running.size} in flight`);
    for (const running of [...this.#running]) {
      this.#forget(running);
      this.#begin(running);
    }
  }

  recycle(): void {
    this.crash();
  }

  observe(): ReturnType<Cell["observe"]> {
    const isReady = this.#in.world.nowMs >= this.#readyAtMs;
    const state = isReady ? "ready" : "starting";
    return {
      release: this.release,
      state,
      pid: 1,
      crashes: this.#crashes,
      heartbeatAgeMs: 0,
      residentBytes: 0,
    };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #begin(running: Running): void {
    const { process, world } = this.#in;
    const waitMs = Math.max(0, this.#readyAtMs - world.nowMs) + frameMs;
    running.callOff.push(process.after(waitMs, () => this.#handle(running)));
  }

  #handle(running: Running): void {
    const { request } = running;
    const { process, target, world } = this.#in;
    const record = this.#in.recordOf(request);
    const { deadlineMs, graceMs } = request.consumer;
    if (request.signal?.aborted === true) {
      running.answer(failed("transient", "handler.aborted"));
      return;
    }
    const isDeaf = world.random.isHit(deafness);
    const giveUp = (): void => running.answer(failed("ambiguous", "target.timeout", targetOrigin));
    if (!isDeaf) running.callOff.push(process.after(deadlineMs, giveUp));
    running.callOff.push(process.after(deadlineMs + graceMs, () => this.#killOverdue(running)));
    this.#hearAbort(running, isDeaf);
    if (target.isStubborn(record)) running.answer(failed("transient", "handler.threw"));
    else if (record.change.key === null && record.change.lsn % 2 === 0) {
      running.answer({ kind: "filtered", rule: "sim.no_key" });
    } else this.#call(running, record);
  }

  /** An aborted handler answers late or, when it is deaf, not before its deadline. */
  #hearAbort(running: Running, isDeaf: boolean): void {
    const { signal } = running.request;
    if (signal === undefined || isDeaf) return;
    const onAbort = (): void => {
      const lateMs = this.#in.world.random.int(0, 300);
      this.#in.process.after(lateMs, () => running.answer(failed("transient", "handler.aborted")));
    };
    signal.addEventListener("abort", onAbort, { once: true });
    running.callOff.push(() => signal.removeEventListener("abort", onAbort));
  }

  #call(running: Running, record: LoggedRecord): void {
    const { breakers, process, target, witness, world } = this.#in;
    const { request } = running;
    const held = breakers.admit(targetOrigin);
    if (held !== null) {
      const failure = failed("transient", "target.breaker_open", targetOrigin);
      running.answer({ ...failure, failure: { ...failure.failure, retryAfterMs: held.retryAfterMs } });
      return;
    }
    if (request.mayCall !== undefined && !request.mayCall()) {
      running.answer(failed("transient", "handler.lease_lost"));
      return;
    }
    const call: TargetCall = { process, record, request, sentAtMs: world.nowMs };
    running.call = call;
    witness.onCall(call);
    // On the wire it lives on whatever becomes of the host; a request may also die with it.
    const isDoomed = world.random.isHit(0.3);
    world.after(target.workMs(), () => {
      if (isDoomed && process.isDead) return;
      const reply = target.handle(record, request.idempotencyKey);
      process.after(world.random.delayMs(1), () => {
        // An answer to a process that died meanwhile reaches nobody.
        if (running.call === call) this.#answered(running, reply);
      });
    });
  }

  #answered(running: Running, reply: TargetReply): void {
    if (reply.kind === "silence") return;
    if (reply.kind === "refused") running.answer(failed("transient", "target.unreachable", targetOrigin));
    else if (reply.kind === "reset") running.answer(failed("ambiguous", "target.reset", targetOrigin));
    else running.answer(judged(reply));
  }

  /** Beyond the grace the process is killed; the others in it are tried again. */
  #killOverdue(running: Running): void {
    if (running.isOver) return;
    running.answer(failed("ambiguous", "handler.deadline", targetOrigin));
    this.crash();
  }

  #deliver(request: AttemptRequest, result: AttemptResult, resolve: (result: AttemptResult) => void): void {
    this.#in.witness.onAnswered(this.#in.process, request, result);
    resolve(result);
  }

  #end(running: Running): boolean {
    if (running.isOver) return false;
    running.isOver = true;
    this.#running.delete(running);
    this.#forget(running);
    return true;
  }

  #forget(running: Running): void {
    for (const callOff of running.callOff.splice(0)) callOff();
    if (running.call !== null) this.#in.witness.onOver(running.call);
    running.call = null;
  }
}

const simTarget = { name: "The target", code: "sim" };

/** What the SDK's own judgement makes of an answer. */
function judged(reply: Extract<TargetReply, { readonly kind: "answer" }>): AttemptResult {
  const { status, body, headers } = reply;
  const isUp = ![429, 502, 503, 504].includes(status);
  const called = [{ origin: targetOrigin, isUp }];
  const error = judgeAnswer({ status, headers, text: () => body }, simTarget, epochMs);
  if (error === null) return { kind: "done", called };
  const { kind, code, message, retryAfterMs } = error;
  const mayPass = kind === "transient" || kind === "ambiguous";
  const failure: Failure = {
    kind,
    code: code ?? `handler.${kind}`,
    message,
    ...(mayPass ? { target: targetOrigin } : {}),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
  return { kind: "failed", failure, called };
}

function failed(
  kind: Failure["kind"],
  code: string,
  target?: string,
): { readonly kind: "failed"; readonly failure: Failure } {
  return {
    kind: "failed",
    failure: { kind, code, message: "", ...(target === undefined ? {} : { target }) },
  };
}

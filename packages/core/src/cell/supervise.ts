import { setTimeout as wait } from "node:timers/promises";
import type { Failure } from "@gluttony/model";
import type { AttemptRequest, AttemptResult, Cell, CellConsumer, CellObservation } from "./cell.ts";
import type { CellOptions } from "./cell-options.ts";
import { releaseFacts } from "./cell-plan.ts";
import type { CellCollaborators, CellPlan } from "./cell-plan.ts";
import { CrashBudget } from "./crash-budget.ts";
import type { Death, Lost, ProcessAnswer } from "./death.ts";
import type { ProcessCell } from "./process-cell.ts";
import { Retiring } from "./retiring.ts";
import { startProcessCell } from "./start-process-cell.ts";
import { Turnstile } from "./turnstile.ts";

/** Processes that one record alone may kill before it is set aside. */
const deathsAloneMax = 2;
/** A process that lived this long makes its plugin's next restart quick again. */
const stableMs = 60_000;

/** What one attempt has been through. */
interface History {
  isSuspect: boolean;
  aloneDeaths: number;
  readonly deaths: Death[];
}

/** An attempt that a process did not answer. */
interface LostIn {
  readonly process: ProcessCell;
  readonly answer: Lost;
}

/** A cell that outlives its processes: restarts them, finds the record that kills, and gives up on a bad plugin. */
export class SupervisedCell implements Cell {
  readonly release: string;
  readonly #plan: CellPlan;
  readonly #collaborators: CellCollaborators;
  readonly #options: CellOptions;
  readonly #budget: CrashBudget;
  readonly #turnstile = new Turnstile();
  readonly #closing = new AbortController();
  #state: CellObservation["state"] = "starting";
  #process: ProcessCell | undefined;
  readonly #retiring = new Retiring();
  #crashes = 0;
  #deathsInARow = 0;
  /** The end of the last process and what follows it; closing waits for it, so that nothing is left behind. */
  #ending: Promise<unknown> = Promise.resolve();
  #replacing: Promise<unknown> = Promise.resolve();

  constructor(plan: CellPlan, collaborators: CellCollaborators, options: CellOptions) {
    this.release = `${plan.release.package}@${plan.release.version}`;
    this.#plan = plan;
    this.#collaborators = collaborators;
    this.#options = options;
    this.#budget = new CrashBudget(options);
  }

  /** Starts the first process. Throws GluttonyError when it cannot; then the cell is closed. */
  async start(): Promise<void> {
    try {
      this.#adopt(await startProcessCell(this.#plan, this.#collaborators, this.#options));
    } catch (error) {
      this.#become("closed");
      throw error;
    }
  }

  attempt(request: AttemptRequest): Promise<AttemptResult> {
    const process = this.#process;
    if (process === undefined || this.#state !== "ready" || !this.#turnstile.isOpen) {
      return this.#persist(request, undefined);
    }
    // Nearly every attempt takes this way, at the cost of one promise.
    return new Promise((resolve) => {
      this.#turnstile.enter();
      process.begin(request, (answer) => {
        this.#turnstile.exit();
        if (answer.kind === "lost") resolve(this.#persist(request, { process, answer }));
        else resolve(answer);
      });
    });
  }

  /** Tries until there is an answer, also after processes that died; `lost` is what the first of them left. */
  async #persist(request: AttemptRequest, lost: LostIn | undefined): Promise<AttemptResult> {
    const history: History = { isSuspect: false, aloneDeaths: 0, deaths: [] };
    const ticket = this.#turnstile.ticket();
    let last = lost;
    try {
      for (;;) {
        const verdict = last === undefined ? undefined : this.#judgeLost(last, history);
        if (verdict !== undefined) return verdict;
        if (history.isSuspect) ticket.suspect();
        const refusal = await this.#untilTurn(ticket, request.signal);
        if (refusal !== undefined) return refusal;
        const process = this.#process;
        if (process === undefined) continue;
        const answer = await ticket.run(
          () => new Promise<ProcessAnswer>((resolve) => process.begin(request, resolve)),
        );
        if (answer.kind !== "lost") return answer;
        last = { process, answer };
      }
    } finally {
      if (ticket.leave()) this.#judgeBudget();
    }
  }

  #judgeLost({ process, answer }: LostIn, history: History): AttemptResult | undefined {
    // Nobody may be sent to the dead, not even in the moments until its end is noticed.
    if (this.#process === process) this.#process = undefined;
    const failure = this.#judge(answer, history);
    return failure === undefined ? undefined : { kind: "failed", failure, ...calledOf(answer) };
  }

  observe(): CellObservation {
    return {
      release: this.release,
      state: this.#state,
      pid: this.#process?.pid ?? null,
      crashes: this.#crashes,
      heartbeatAgeMs: this.#process?.heartbeatAgeMs ?? null,
      residentBytes: this.#process?.residentBytes ?? null,
    };
  }

  async checkSettings(consumer: CellConsumer): Promise<Failure | null> {
    return (await this.#process?.settings.ask(consumer)) ?? null;
  }

  recycle(): void {
    this.#process?.recycle();
  }

  async close(budgetMs: number): Promise<void> {
    this.#become("closed");
    this.#closing.abort();
    await Promise.all([this.#process?.drain(budgetMs), this.#retiring.close(budgetMs)]);
    this.#process = undefined;
    await Promise.all([this.#ending, this.#replacing]);
  }

  /** Waits until this attempt may run; answers why it never will. */
  async #untilTurn(
    ticket: ReturnType<Turnstile["ticket"]>,
    signal: AbortSignal | undefined,
  ): Promise<AttemptResult | undefined> {
    for (;;) {
      if (this.#state === "closed") return called("The cell is closed.");
      if (this.#state === "quarantined") return { kind: "failed", failure: quarantined };
      if (signal?.aborted === true) return called("The attempt was called off by the host.");
      if (this.#process !== undefined && ticket.isNext()) return undefined;
      await this.#turnstile.changed(signal);
    }
  }

  /** Decides what a lost attempt comes to: undefined means that it is tried again. */
  #judge(lost: Lost, history: History): Failure | undefined {
    this.#budget.charge(lost.death);
    if (lost.isSuspect) {
      history.isSuspect = true;
      history.deaths.push(lost.death);
      if (lost.wasAlone) history.aloneDeaths += 1;
    }
    const poison = lost.missedDeadline ? deadlineFailure() : crashFailure(lost.death, history);
    if (poison === undefined) return undefined;
    this.#budget.blameRecord(history.deaths, performance.now());
    this.#deathsInARow = 0;
    this.#judgeBudget();
    return poison;
  }

  #adopt(process: ProcessCell): void {
    this.#process = process;
    this.#become("ready");
    const since = performance.now();
    process.onWorn = () => {
      this.#replacing = this.#replace(process);
    };
    this.#ending = process.died.then((death) => {
      if (death === null) return undefined;
      return this.#retiring.has(process) ? this.#noteDeath(death) : this.#restartAfter(death, since);
    });
  }

  /** Puts another process in the place of one that holds too much, without losing or repeating an attempt. */
  async #replace(process: ProcessCell): Promise<void> {
    const facts = { ...releaseFacts(this.#plan.release), residentBytes: process.residentBytes };
    this.#collaborators.log.info("The cell's process is replaced before its memory is full.", facts);
    try {
      const next = await startProcessCell(this.#plan, this.#collaborators, this.#options);
      if (this.#process !== process || this.#state !== "ready") return await next.drain(0);
      this.#adopt(next);
      this.#retiring.add(process);
    } catch (error) {
      // The old one goes on up to its limit; its death is then followed by a start that tells what is wrong.
      this.#collaborators.log.warn("The cell's process could not be replaced.", {
        ...releaseFacts(this.#plan.release),
        seen: error instanceof Error ? error.message : "unknown",
      });
    }
  }

  async #restartAfter(death: Death, since: number): Promise<void> {
    if (this.#state === "closed" || this.#state === "quarantined") return;
    this.#process = undefined;
    if (death.at - since > stableMs) this.#deathsInARow = 0;
    this.#noteDeath(death);
    this.#become("backing-off");
    // With attempts outstanding the guilty record is looked for first; see `judge`.
    if (death.outstanding === 0) this.#judgeBudget();
    await this.#startAgain();
  }

  #noteDeath(death: Death): void {
    this.#crashes += 1;
    const facts = { ...releaseFacts(this.#plan.release), code: death.code, seen: death.detail };
    this.#collaborators.log.error("The cell's process died.", { ...facts, outstanding: death.outstanding });
    this.#budget.charge(death);
  }

  async #startAgain(): Promise<void> {
    while (this.#state === "backing-off") {
      this.#deathsInARow += 1;
      const { signal } = this.#closing;
      const isOver = await wait(this.#backoffMs(), false, { signal }).catch(() => true);
      if (isOver || this.#state !== "backing-off") return;
      try {
        const process = await startProcessCell(this.#plan, this.#collaborators, this.#options);
        // Closed or quarantined meanwhile: nobody would ever end this process.
        if (this.#state === "backing-off") this.#adopt(process);
        else await process.drain(0);
      } catch (error) {
        this.#failedStart(error);
      }
    }
  }

  #failedStart(error: unknown): void {
    const detail = error instanceof Error ? error.message : "The start failed.";
    this.#collaborators.log.error("The cell did not start again.", {
      ...releaseFacts(this.#plan.release),
      seen: detail,
    });
    this.#crashes += 1;
    this.#budget.charge({ code: "plugin.crashed", detail, at: performance.now(), outstanding: 0 });
    this.#judgeBudget();
  }

  #judgeBudget(): void {
    if (this.#state === "closed" || this.#state === "quarantined") return;
    if (!this.#budget.isSpent(performance.now())) return;
    this.#collaborators.log.error("The plugin is quarantined.", releaseFacts(this.#plan.release));
    this.#become("quarantined");
    const process = this.#process;
    this.#process = undefined;
    // It serves nobody any more; its plugin is known to be bad, so it gets no time to finish.
    if (process !== undefined) this.#ending = process.drain(0);
  }

  /** Half of the back-off is jitter, so that the cells of many hosts do not restart in step. */
  #backoffMs(): number {
    const { backoffFirstMs, backoffMaxMs } = this.#options;
    const full = Math.min(backoffMaxMs, backoffFirstMs * 2 ** Math.min(this.#deathsInARow - 1, 20));
    return full * (0.5 + Math.random() / 2);
  }

  #become(state: CellObservation["state"]): void {
    this.#state = state;
    this.#turnstile.announce();
  }
}

function calledOf({ called: targets }: Lost): Pick<AttemptResult, "called"> {
  return targets === undefined ? {} : { called: targets };
}

function crashFailure(death: Death, { aloneDeaths, deaths }: History): Failure | undefined {
  if (aloneDeaths < deathsAloneMax) return undefined;
  const message = `This record alone ended ${deathsAloneMax} processes of the plugin. ${death.detail}`;
  const isSame = deaths.every(({ code }) => code === death.code);
  return { kind: "record", code: isSame ? death.code : "plugin.crashed", message };
}

const quarantined: Failure = {
  kind: "config",
  code: "plugin.quarantined",
  message: "The plugin's process ended too often.",
};

function called(message: string): AttemptResult {
  return { kind: "failed", failure: { kind: "transient", code: "handler.aborted", message } };
}

function deadlineFailure(): Failure {
  const message = "The handler did not end after its deadline; its process was killed.";
  return { kind: "record", code: "handler.deadline", message };
}

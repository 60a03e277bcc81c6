import { type GluttonyError, codes, toGluttonyError } from "@gluttony/model";
import { exitCodeOf } from "../exit-code.ts";
import { lastLines } from "../local-stack/last-lines.ts";
import { durationText } from "./duration-text.ts";
import { likelyCause } from "./likely-cause.ts";

/** Lines of a part's log that are shown when its step fails. */
const TAIL_LINES = 20;
const NAME_WIDTH = 14;

/** What a step came to: words for people, figures for programs. */
export interface StepResult {
  readonly detail: string;
  /** Further lines for people. */
  readonly lines?: readonly string[];
  readonly figures?: Readonly<Record<string, number | string>>;
}

/** How and where the report is written. */
export interface ReportStyle {
  readonly json: boolean;
  readonly colour: boolean;
  readonly write: (text: string) => void;
}

/** Tells every step once, when it has ended, and remembers with what code the program ends. */
export class Report {
  readonly #style: ReportStyle;
  #exitCode: number | undefined;

  constructor(style: ReportStyle) {
    this.#style = style;
  }

  /** Undefined as long as no step has failed. */
  get exitCode(): number | undefined {
    return this.#exitCode;
  }

  /** Does one step; a failure is told here and passed on. */
  async step<Result>(
    name: string,
    work: () => Promise<Result>,
    resultOf: (result: Result) => StepResult,
  ): Promise<Result> {
    const begun = performance.now();
    const result = await this.during(name, work);
    this.done(name, performance.now() - begun, resultOf(result));
    return result;
  }

  done(step: string, tookMs: number, { detail, lines = [], figures = {} }: StepResult): void {
    const ms = Math.round(tookMs);
    if (this.#style.json) return this.#json({ step, ok: true, ms, detail, ...figures });
    this.#line(`${this.#coloured("✓", 32)} ${step.padEnd(NAME_WIDTH)}${detail}  ${durationText(tookMs)}`);
    for (const line of lines) this.#line(`  ${"".padEnd(NAME_WIDTH)}${line}`);
  }

  /** Tells a failure: one line with the remedy, and the end of the part's log where there is one. */
  failed(step: string, tookMs: number, thrown: unknown): void {
    const error = toGluttonyError(thrown);
    const ms = Math.round(tookMs);
    const { logFile } = error.facts;
    const log = typeof logFile === "string" ? lastLines(logFile, TAIL_LINES) : [];
    const cause = likelyCause(step, error.code);
    this.#exitCode = exitOf(step, error);
    const detail = sentenceOf(error, thrown);
    const remedy = codes[error.code].remedy;
    if (this.#style.json) {
      return this.#json({
        step,
        ok: false,
        ms,
        code: error.code,
        detail,
        remedy,
        ...(cause && { cause }),
        log,
      });
    }
    this.#line(`${this.#coloured("✕", 31)} ${step.padEnd(NAME_WIDTH)}${detail}. ${remedy}`);
    if (log.length > 0) this.#line(`  the end of ${String(logFile)}:`);
    for (const line of log) this.#line(`    ${line}`);
    if (cause !== undefined) this.#line(`  likely cause: ${cause}`);
  }

  /** As a step that is only told when it fails. */
  async during<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    const begun = performance.now();
    try {
      return await work();
    } catch (error) {
      // A person who ends the demo while it starts does not want to read of a failure.
      if (error instanceof Error && error.name === "AbortError") throw error;
      this.failed(name, performance.now() - begun, error);
      throw error;
    }
  }

  /** An object for programs; people do not get it. */
  tell(step: string, figures: Readonly<Record<string, number | string>>): void {
    if (this.#style.json) this.#json({ step, ok: true, ms: 0, ...figures });
  }

  /** A line for people; programs do not get it. */
  say(line: string): void {
    if (!this.#style.json) this.#line(line);
  }

  #coloured(text: string, colour: number): string {
    return this.#style.colour ? `\u001b[${colour}m${text}\u001b[0m` : text;
  }

  #line(text: string): void {
    this.#style.write(`${text}\n`);
  }

  #json(value: object): void {
    this.#style.write(`${JSON.stringify(value)}\n`);
  }
}

/** A proof that fails is the product's fault, everything else that of the surroundings or of this program. */
function exitOf(step: string, error: GluttonyError): number {
  return step === "main job" ? 1 : exitCodeOf(error);
}

/** An unexpected error of another library is told in its own words: there is nobody else who could read them. */
function sentenceOf(error: GluttonyError, thrown: unknown): string {
  if (error.code !== "internal.unexpected" || !(thrown instanceof Error)) return error.message;
  return `${thrown.name}: ${thrown.message}`;
}

import type { AttemptResult, CalledTarget } from "./cell.ts";
import type { ProcessAnswer } from "./death.ts";

/** Targets noted per attempt; a handler that calls more tells nothing more by it. */
const targetsMax = 16;
/** Statuses by which a target says that it is not at service (RFC 9110, RFC 6585). */
const notAtService: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** Notes which targets answered the calls of one attempt, and whether they were at service. */
export class CalledTargets {
  readonly #isUp = new Map<string, boolean>();

  /** The latest answer of a target counts. */
  note(origin: string, status: number): void {
    if (this.#isUp.size >= targetsMax && !this.#isUp.has(origin)) return;
    this.#isUp.set(origin, !notAtService.has(status));
  }

  list(): readonly CalledTarget[] {
    return [...this.#isUp].map(([origin, isUp]) => ({ origin, isUp }));
  }
}

/** An answer with the targets that were called for it. */
export function withCalled(answer: AttemptResult, called: readonly CalledTarget[]): AttemptResult;
export function withCalled(answer: ProcessAnswer, called: readonly CalledTarget[]): ProcessAnswer;
export function withCalled(answer: ProcessAnswer, called: readonly CalledTarget[]): ProcessAnswer {
  // Nearly every answer is this one. Spread, each would get a hidden class of its own, which whoever reads it pays for.
  return answer.kind === "done" ? { kind: "done", called } : { ...answer, called };
}

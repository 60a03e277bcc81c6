import type { OnceClaim, OnceLedger, OnceStep } from "../../src/ports.ts";

/** A ledger of steps that lasts as long as the test; every call is durable as soon as it resolves. */
export class MemoryLedger implements OnceLedger {
  readonly #steps = new Map<string, { result: string | null } | "claimed">();
  /** What was asked, in order: `claim t/0/1 post`. */
  readonly asked: string[] = [];
  /** Set to have the next calls of these kinds fail, as they do while the database is down. */
  readonly failing = new Set<"claim" | "finish" | "release">();

  async claim(step: OnceStep): Promise<OnceClaim> {
    this.#note("claim", step);
    const known = this.#steps.get(keyOf(step));
    if (known === undefined) {
      this.#steps.set(keyOf(step), "claimed");
      return { state: "claimed" };
    }
    return known === "claimed" ? { state: "unknown" } : { state: "done", result: known.result };
  }

  async finish(step: OnceStep, result: string | null): Promise<void> {
    this.#note("finish", step);
    this.#steps.set(keyOf(step), { result });
  }

  async release(step: OnceStep): Promise<void> {
    this.#note("release", step);
    this.#steps.delete(keyOf(step));
  }

  #note(kind: "claim" | "finish" | "release", step: OnceStep): void {
    this.asked.push(`${kind} ${step.idempotencyKey} ${step.name}`);
    if (this.failing.has(kind)) throw new Error("The ledger is down.");
  }
}

function keyOf({ consumerId, idempotencyKey, name }: OnceStep): string {
  return `${consumerId} ${idempotencyKey} ${name}`;
}

/** One step of one record, as the host's ledger names it. */
interface Step {
  readonly consumerId: string;
  readonly idempotencyKey: string;
  readonly name: string;
}

type Claim =
  | { readonly state: "claimed" }
  | { readonly state: "done"; readonly result: string | null }
  | { readonly state: "unknown" };

/** The ledger of `context.once` for a cell in a test; it lasts as long as the run. */
export class MemoryLedger {
  readonly #steps = new Map<string, { readonly result: string | null } | "claimed">();

  async claim(step: Step): Promise<Claim> {
    const known = this.#steps.get(keyOf(step));
    if (known === "claimed") return { state: "unknown" };
    if (known !== undefined) return { state: "done", result: known.result };
    this.#steps.set(keyOf(step), "claimed");
    return { state: "claimed" };
  }

  async finish(step: Step, result: string | null): Promise<void> {
    this.#steps.set(keyOf(step), { result });
  }

  async release(step: Step): Promise<void> {
    this.#steps.delete(keyOf(step));
  }
}

function keyOf({ consumerId, idempotencyKey, name }: Step): string {
  return `${consumerId} ${idempotencyKey} ${name}`;
}

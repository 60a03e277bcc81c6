import { GluttonyError, isAllowed, type Labels, labelsOf, type Permission } from "@gluttony/model";
import type { Principal } from "./principal.ts";

/** What of the consumers a request may look at or touch, by the permission of its route. */
export class Reach {
  readonly #principal: Principal;
  readonly #permission: Permission;
  #isAsked = false;

  constructor(principal: Principal, permission: Permission) {
    this.#principal = principal;
    this.#permission = permission;
  }

  /** Whether it reaches everything, so that nothing need be left out. */
  get isUnlimited(): boolean {
    this.#isAsked = true;
    return isAllowed(this.#principal.grants, this.#permission, null);
  }

  /** Whether somebody asked it. A handler that did not, and answers a person with limits, has forgotten to. */
  get isHeeded(): boolean {
    return this.#isAsked || isAllowed(this.#principal.grants, this.#permission, null);
  }

  /** Whether it reaches this consumer. */
  covers(row: { readonly configuration: unknown }): boolean {
    this.#isAsked = true;
    return isAllowed(this.#principal.grants, this.#permission, labelsOf(row.configuration));
  }

  /** Those of the consumers that it reaches. */
  among<Row extends { readonly configuration: unknown }>(rows: readonly Row[]): readonly Row[] {
    this.#isAsked = true;
    return rows.filter((row) => this.covers(row));
  }

  /** Demands that it reaches the consumer; one that may not even be read is answered as if there were none. */
  require(row: { readonly configuration: unknown }): void {
    if (this.covers(row)) return;
    const labels: Labels = labelsOf(row.configuration);
    if (!isAllowed(this.#principal.grants, "consumer.read", labels))
      throw new GluttonyError("consumer.not_found");
    throw new GluttonyError("request.not_permitted", { permission: this.#permission });
  }
}

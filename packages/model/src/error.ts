import type { Code } from "./codes.ts";
import { sentenceIn } from "./language.ts";

/** What was seen and what would be right. Never a row value, a key, a person's name or a secret. */
export type Facts = { readonly [name: string]: string | number | boolean | null | readonly string[] };

/** One fault of an input, with the place and what to write instead. */
export interface Fault {
  readonly path: string;
  readonly message: string;
  readonly suggestion?: string;
}

/** How an error travels beside its facts. */
export interface GluttonyErrorOptions {
  readonly cause?: unknown;
  readonly faults?: readonly Fault[];
}

/** The one error class of gluttony: a registered code and facts. Words are made at the edge. */
export class GluttonyError extends Error {
  readonly code: Code;
  readonly facts: Facts;
  readonly faults: readonly Fault[];

  constructor(code: Code, facts: Facts = {}, options: GluttonyErrorOptions = {}) {
    super(
      sentenceIn("en", { code, facts }),
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.name = "GluttonyError";
    this.code = code;
    this.facts = facts;
    this.faults = options.faults ?? [];
  }
}

/** Turns anything thrown into a GluttonyError, keeping the cause. */
export function toGluttonyError(thrown: unknown): GluttonyError {
  if (thrown instanceof GluttonyError) return thrown;
  const name = thrown instanceof Error ? thrown.name : typeof thrown;
  return new GluttonyError("internal.unexpected", { error: name }, { cause: thrown });
}

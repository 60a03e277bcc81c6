import type { FailureKind } from "@gluttony/sdk";

/** Why an attempt did not succeed, as data: it crosses a process boundary. */
export interface Failure {
  readonly kind: FailureKind;
  /** A registered code of ours or a plugin's own dotted code. */
  readonly code: string;
  /** For operators; without row values. */
  readonly message: string;
  readonly retryAfterMs?: number;
  /** Origin of the target that failed, when one did. */
  readonly target?: string;
  /**
   * Where in the plugin's own files it was made, the innermost first, at most three: the function's name, if it has one, and
   * `path:line:column`. Left out where nothing is known.
   */
  readonly frames?: readonly string[];
}

/** How a record is accounted for. Nothing else exists. */
export type EndingKind = "done" | "filtered" | "skipped" | "parked";

/** One record's ending with its reason. */
export type Ending =
  | { readonly kind: "done" }
  | { readonly kind: "filtered"; readonly rule: string }
  | { readonly kind: "skipped"; readonly by: string }
  | { readonly kind: "parked"; readonly failure: Failure; readonly attempts: number };

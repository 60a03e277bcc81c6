/** One promise that a plugin does not keep. */
export interface BrokenPromise {
  readonly code: PromiseCode;
  /** The handler's name in the manifest; null for what concerns the whole package. */
  readonly handler: string | null;
  /** What was seen and what would be right, in a sentence without any row value. */
  readonly message: string;
}

/** What every plugin promises, by the code of its breach. */
export type PromiseCode =
  | "conformance.manifest_invalid"
  | "conformance.handler_missing"
  | "conformance.setup_fails"
  | "conformance.teardown_fails"
  | "conformance.schema_differs"
  | "conformance.config_not_required"
  | "conformance.sample_fails"
  | "conformance.not_idempotent"
  | "conformance.order_dependent"
  | "conformance.abort_ignored"
  | "conformance.outcome_invalid"
  | "conformance.value_leaked"
  | "conformance.not_idle"
  | "conformance.open_handles"
  | "conformance.globals_changed"
  | "conformance.process_ended"
  | "conformance.hangs"
  | "conformance.cell_refuses";

/** A file of a diagnostics bundle that only the host itself can tell. Holds no row's value, no key and no secret. */
export interface DiagnosticsPart {
  /** Its path in the bundle, such as `host/log.jsonl`. */
  readonly path: string;
  /** Where it is from, in a few words. */
  readonly source: string;
  /** A text as it is to stand there; anything else becomes JSON. */
  readonly read: () => Promise<unknown>;
}

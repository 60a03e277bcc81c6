import type { Change } from "../change.ts";
import type { BrokenPromise } from "./broken-promise.ts";
import type { FakeAnswer } from "./fake-targets.ts";
import type { ListedHandler } from "./read-plugin.ts";

/** What a handler is tried with; everything has a default. */
export interface ConformanceSample {
  /** Settings as a consumer's row would hold them. */
  readonly config?: { readonly [name: string]: unknown };
  /** Answers by `METHOD url`, or `*` for all; by default every target answers 200 with `{"code":0}`. */
  readonly targets?: { readonly [methodAndUrl: string]: FakeAnswer };
  /** By default an insert, an update, a delete and a snapshot of made-up rows. */
  readonly changes?: readonly Change[];
}

/** What the probe is told to do. */
export interface ProbeOrder {
  readonly handlers: readonly (ListedHandler & { readonly sample: ConformanceSample })[];
}

/** What the probe tells: which handler it looks at, what it found, and that it is through. */
export type ProbeNews =
  | { readonly looksAt: string | null }
  | { readonly broken: BrokenPromise }
  | { readonly isDone: true };

import type { Code, Fault } from "@gluttony/model";

/** A fault with a code of its own, so that a page can say it in another language. */
export interface CodedFault extends Fault {
  readonly code: Code;
}

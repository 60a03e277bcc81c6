import { type Cause, type Code, codes, type Facts } from "@gluttony/model";

/** A cause that the API itself finds, in the register's words. */
export function causeOf(code: Code, facts: Facts = {}): Cause {
  const { title, remedy } = codes[code];
  return { code, title, facts, faults: [], remedy };
}

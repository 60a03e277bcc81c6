import { type Fault, GluttonyError } from "@gluttony/model";
import type { CodedFault } from "../connector-ports.ts";

/** A fault as answers show it: where in the body, which code, what to write instead. */
export interface ShownFault {
  readonly code: string;
  readonly pointer: string;
  readonly message: string;
  readonly suggestion: string | null;
}

/** Pure. */
export function shownFault({ code, path, message, suggestion }: CodedFault): ShownFault {
  return { code, pointer: optionPointer(path), message, suggestion: suggestion ?? null };
}

/** Runs `work`, and lets its faults lead into the request's body. */
export async function withPointers<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof GluttonyError) || error.faults.length === 0) throw error;
    const { code, facts, cause } = error;
    throw new GluttonyError(code, facts, { faults: error.faults.map(pointed), cause });
  }
}

function pointed(fault: Fault): Fault {
  return { ...fault, path: optionPointer(fault.path) };
}

/** Options have dots in their names, which lead nowhere deeper. The worker's own faults begin otherwise than ours. Pure. */
export function optionPointer(path: string): string {
  const option = /^(?:config|connector)\.(.+)$/.exec(path)?.[1];
  if (option !== undefined) return `/config/${option.replaceAll("~", "~0").replaceAll("/", "~1")}`;
  return `/${path.replaceAll(/\[(\d+)\]/g, "/$1").replaceAll(".", "/")}`;
}

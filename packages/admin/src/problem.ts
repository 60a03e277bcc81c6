import {
  type Code,
  codes,
  type Fault,
  faultSentenceIn,
  type GluttonyError,
  type Language,
  sentenceIn,
  textsOf,
} from "@gluttony/model";

/** Where the page of a code lies; the docs and the console serve it. */
const problemTypeBase = "/docs/errors#";
/** Faults listed in one answer; a body of a megabyte can hold far more. */
export const problemFaultsMax = 50;
const instanceLengthMax = 512;

/** One fault of a request. `pointer` leads into the body, or into the query where `in` says so. */
export interface ProblemFault {
  readonly in?: "query" | "path" | "headers";
  readonly pointer: string;
  readonly code: Code;
  readonly message: string;
  readonly suggestion?: string;
}

/** An answer of RFC 9457, as `application/problem+json`. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly code: Code;
  readonly requestId: string;
  readonly remedy: string;
  readonly errors: readonly ProblemFault[];
}

/** What an answer takes from its request. */
export interface ProblemRequest {
  readonly url: string;
  readonly id: string;
  readonly language: Language;
}

/** Makes the answer of an error, in the reader's language. Pure. Nothing of the cause and no stack gets into it. */
export function problemOf(
  error: GluttonyError,
  request: ProblemRequest,
  faults: readonly ProblemFault[] = faultsOf(error),
): Problem {
  const { status } = codes[error.code];
  const { title, remedy } = textsOf(error.code, request.language);
  return {
    type: `${problemTypeBase}${error.code}`,
    title,
    status,
    detail: error.code === "internal.unexpected" ? title : sentenceIn(request.language, error),
    instance: (request.url.split("?", 1)[0] ?? "").slice(0, instanceLengthMax),
    code: error.code,
    requestId: request.id,
    remedy,
    errors: faults.slice(0, problemFaultsMax).map((fault) => inWords(request.language, fault)),
  };
}

function inWords(language: Language, fault: ProblemFault): ProblemFault {
  const message = faultSentenceIn(language, fault.message);
  if (fault.suggestion === undefined) return { ...fault, message };
  return { ...fault, message, suggestion: faultSentenceIn(language, fault.suggestion) };
}

function faultsOf(error: GluttonyError): readonly ProblemFault[] {
  return error.faults.map((fault) => problemFaultOf(fault, error.code));
}

function problemFaultOf(fault: Fault, code: Code): ProblemFault {
  const suggestion = fault.suggestion === undefined ? {} : { suggestion: fault.suggestion };
  return { pointer: pointerOf(fault.path), code, message: fault.message, ...suggestion };
}

/** `configuration.filter.operations[0]` as the JSON pointer `/configuration/filter/operations/0`. */
export function pointerOf(path: string): string {
  if (path === "" || path.startsWith("/")) return path;
  const steps = path.replaceAll(/\[(\d+)\]/g, ".$1").split(".");
  return steps.map((step) => `/${step.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

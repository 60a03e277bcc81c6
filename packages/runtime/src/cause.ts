import { type Cause, codes, type Failure, type GluttonyError, isCode } from "@gluttony/model";

/** The cause that a state names, from an error of ours. */
export function causeOfError(error: GluttonyError): Cause {
  const { title, remedy } = codes[error.code];
  return { code: error.code, title, remedy, facts: error.facts, faults: error.faults };
}

/** The cause that a state names, from a failure of a handler. */
export function causeOfFailure(failure: Failure): Cause {
  const entry = isCode(failure.code) ? codes[failure.code] : null;
  return {
    code: failure.code,
    title: entry?.title ?? failure.message,
    remedy: entry?.remedy ?? remedyByKind[failure.kind],
    facts: { kind: failure.kind, message: failure.message, target: failure.target ?? null },
    faults: [],
  };
}

const remedyByKind = {
  transient: "None: it is tried again by itself. See whether the target is up.",
  ambiguous: "None: it is tried again with the same idempotency key.",
  record: "See the dead letters.",
  auth: "Renew the credentials of the target.",
  config: "Mend the consumer's configuration.",
} as const;

import { codes, isCode } from "@gluttony/model";
import type { SeenError } from "../error-ports.ts";

/** A group of errors, with the register's words for its code. */
export function errorView(seen: SeenError): object {
  const { fingerprint, code, kind, release, frames, count, firstSeenAt, lastSeenAt, sample } = seen;
  const known = isCode(code) ? codes[code] : null;
  return {
    fingerprint,
    code,
    title: known?.title ?? null,
    remedy: known?.remedy ?? null,
    kind,
    release,
    frames,
    count: String(count),
    firstSeenAt: firstSeenAt.toISOString(),
    lastSeenAt: lastSeenAt.toISOString(),
    sample: { topic: sample.topic, partition: sample.partition, offset: String(sample.offset) },
  };
}

import type { Failure } from "@gluttony/model";
import type { RawRecord } from "@gluttony/sdk/codecs";
import { type ErrorCause, type ErrorGroup, fingerprintOf } from "./error-group.ts";

/** Causes that are told apart between two takes; failures of further ones are not counted. */
const causesMax = 64;

interface Counted {
  readonly cause: ErrorCause;
  readonly firstSeenAtMs: number;
  count: number;
  lastSeenAtMs: number;
  sample: ErrorGroup["sample"];
}

/**
 * Counts failed attempts by what made them until they are written down. Only a failure costs something here: a text that is put
 * together and looked up.
 */
export class ErrorTally {
  #counted = new Map<string, Counted>();

  /** `release` is the one that was tried; null when the record did not reach a handler. */
  note(
    failure: Failure,
    { record, release }: { readonly record: RawRecord; readonly release: string | null },
    nowMs: number,
  ): void {
    const { kind, frames = noFrames } = failure;
    const code = plainCode(failure);
    const key = `${code}\n${release ?? ""}\n${frames.join("\n")}`;
    const known = this.#counted.get(key);
    const { topic, partition, offset } = record;
    if (known !== undefined) {
      known.count += 1;
      known.lastSeenAtMs = nowMs;
      known.sample = { topic, partition, offset };
      return;
    }
    if (this.#counted.size >= causesMax) return;
    const cause = { code, kind, release: release ?? "", frames };
    const sample = { topic, partition, offset };
    this.#counted.set(key, { cause, count: 1, firstSeenAtMs: nowMs, lastSeenAtMs: nowMs, sample });
  }

  /** What was counted since the last take. */
  take(): readonly ErrorGroup[] {
    if (this.#counted.size === 0) return noGroups;
    const counted = [...this.#counted.values()];
    this.#counted = new Map();
    return counted.map(({ cause, ...seen }) => ({ ...cause, ...seen, fingerprint: fingerprintOf(cause) }));
  }

  /** Takes groups back that could not be written; what has no room is lost. */
  putBack(groups: readonly ErrorGroup[]): void {
    for (const group of groups) {
      const { code, kind, release, frames, count, firstSeenAtMs, lastSeenAtMs, sample } = group;
      const key = `${code}\n${release}\n${frames.join("\n")}`;
      const known = this.#counted.get(key);
      if (known === undefined && this.#counted.size >= causesMax) continue;
      this.#counted.set(key, {
        cause: { code, kind, release, frames },
        firstSeenAtMs,
        count: count + (known?.count ?? 0),
        lastSeenAtMs: known?.lastSeenAtMs ?? lastSeenAtMs,
        sample: known?.sample ?? sample,
      });
    }
  }
}

const codePattern = /^[a-z][a-z0-9_-]{0,31}(?:\.[a-z0-9_-]{1,64}){1,3}$/;

/** A code is a word of ours or of the plugin's code. A process that was taken over may send anything: that is not kept. */
function plainCode({ code, kind }: Failure): string {
  return codePattern.test(code) ? code : `handler.${kind}`;
}

const noFrames: readonly string[] = [];
const noGroups: readonly ErrorGroup[] = [];

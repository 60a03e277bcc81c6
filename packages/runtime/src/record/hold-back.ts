import type { Ending, Failure } from "@gluttony/model";
import type { Codec } from "@gluttony/sdk/codecs";
import type { OpenRecord } from "../open-record.ts";
import type { ParkedKeys } from "../parked-keys.ts";
import type { RecordSchemas } from "../record-schemas.ts";
import type { VersionFence } from "../version-fence.ts";
import { versionPositionOf } from "./version-position.ts";

/** What a record's key may hold against it. */
export interface KeyKnowledge {
  /** Null when later records of a parked key may pass. */
  readonly parkedKeys: ParkedKeys | null;
  /** Null when older versions may follow newer ones. */
  readonly fence: VersionFence | null;
  readonly schemas: RecordSchemas;
  /** Reads with these schemas. */
  readonly codec: Codec;
}

/** Why a record is not handed to its handler: it has its ending, or it fails. */
export type HeldBack =
  | { readonly kind: "ended"; readonly ending: Ending }
  | { readonly kind: "failed"; readonly failure: Failure };

/**
 * Says what keeps a record from its handler: an earlier one of its key that is parked, or a newer one that went
 * before. Null when nothing does. Rejects when the fence cannot be asked.
 */
export async function holdBack(
  open: OpenRecord,
  subject: string,
  { parkedKeys, fence, schemas, codec }: KeyKnowledge,
): Promise<HeldBack | null> {
  const isBehind = open.replayId === null && parkedKeys?.isBehind(open.record, subject) === true;
  if (isBehind) return { kind: "ended", ending: { ...parkedBehind, attempts: open.attempts } };
  if (fence === null || open.refusal !== null) return null;
  const named = schemas.namedBy(open.record);
  const found = named.length === 0 ? null : await schemas.find(named);
  if (found !== null && "failure" in found) return { kind: "failed", failure: found.failure };
  const version = versionPositionOf(open.record, codec);
  if (version === null) return null;
  switch (await fence.ask(subject, version)) {
    case "passes":
      return null;
    case "stale":
      return { kind: "ended", ending: { kind: "filtered", rule: "fence.stale" } };
    case "went back":
      return { kind: "failed", failure: wentBack };
  }
}

const parkedBehind = {
  kind: "parked",
  failure: {
    kind: "record",
    code: "delivery.parked_behind",
    message: "An earlier record of its key is parked.",
  },
} as const;

const wentBack: Failure = {
  kind: "config",
  code: "fence.went_back",
  message: "The version is older than one before it by position, and newer by the source's clock.",
};

import { type Cause, isCode } from "@gluttony/model";
import type { SourceMeasure, SourceStanding } from "../overview-ports.ts";
import { causeOf } from "../views/cause.ts";
import { type Stage, stageOf } from "./stage.ts";

/** Milliseconds after which a measure is not believed any more. */
export const measureStaleMs = 120_000;
/** Bytes of log that a slot may hold before the source is said to fill up. */
export const retainedWarningBytes: bigint = 10n * 1024n ** 3n;
/** Heartbeats that may be missing, and milliseconds at least, until a source counts as silent. */
const heartbeatsMissedMax = 3;
const silentAfterMs = 60_000;

/** The source of a consumer, as it was measured last. Where a value is null, its reason says why. */
export interface SourceStage extends Stage {
  readonly identity: string | null;
  readonly identityReason: string | null;
  readonly measuredAt: string | null;
  readonly measuredReason: string | null;
  readonly slot: SlotView | null;
  readonly slotReason: string | null;
  readonly heartbeatAgeMs: number | null;
  readonly heartbeatReason: string | null;
  readonly lastChangeAt: string | null;
  readonly lastChangeReason: string | null;
}

interface SlotView {
  readonly isActive: boolean;
  readonly walStatus: string | null;
  readonly retainedBytes: string;
  readonly behindBytes: string | null;
  readonly behindReason: string | null;
}

/** Pure. Null stands for a topic that a connector of somebody else fills. */
export function sourceStageOf(standing: SourceStanding | null, nowMs: number): SourceStage {
  if (standing === null) return nobodysSource;
  const { measure, sourceIdentity } = standing;
  if (measure === null) return unknownSource(sourceIdentity, "not_measured_yet");
  const view = viewOf(measure, sourceIdentity, nowMs);
  const ageMs = nowMs - measure.measuredAt.getTime();
  if (ageMs > measureStaleMs)
    return { ...stageOf("unknown", causeOf("source.unmeasured", { ageMs }), measure.measuredAt), ...view };
  return { ...judged(standing, measure, nowMs), ...view };
}

/** The worst that is known of it. */
function judged({ health }: SourceStanding, measure: SourceMeasure, nowMs: number): Stage {
  const lost = slotCause(measure);
  if (lost !== null) return stageOf("blocked", lost, null);
  const finding = health?.findings.find((code) => isCode(code));
  if (finding !== undefined && isCode(finding)) return stageOf("blocked", causeOf(finding), null);
  const ageMs = ageOf(measure.heartbeatAt, nowMs);
  const limitMs = Math.max(silentAfterMs, heartbeatsMissedMax * (measure.heartbeatEveryMs ?? 0));
  if (ageMs !== null && ageMs > limitMs && health?.state === "running") {
    const cause = causeOf("source.silent", { heartbeatAgeMs: ageMs, limitMs });
    return stageOf("silent", cause, measure.heartbeatAt);
  }
  const { slot } = measure;
  if (slot !== null && slot.retainedBytes >= retainedWarningBytes) {
    const facts = { retainedBytes: String(slot.retainedBytes), limitBytes: String(retainedWarningBytes) };
    return stageOf("lagging", causeOf("source.slot_retained", facts), null);
  }
  if (measure.slotReason !== null && measure.heartbeatAt === null)
    return stageOf("unknown", causeOf("source.unmeasured", { reason: measure.slotReason }), null);
  return stageOf("running", null, null);
}

function slotCause({ slot, slotReason }: SourceMeasure): Cause | null {
  if (slotReason === "slot_missing") return causeOf("source.slot", { seen: "no such slot" });
  if (slot?.walStatus === "lost") return causeOf("source.slot", { seen: "lost" });
  return null;
}

function viewOf(measure: SourceMeasure, identity: string, nowMs: number): Omit<SourceStage, keyof Stage> {
  return {
    identity,
    identityReason: null,
    measuredAt: measure.measuredAt.toISOString(),
    measuredReason: null,
    slot: slotView(measure),
    slotReason: measure.slotReason,
    heartbeatAgeMs: ageOf(measure.heartbeatAt, nowMs),
    heartbeatReason: measure.heartbeatReason,
    lastChangeAt: measure.lastChangeAt?.toISOString() ?? null,
    lastChangeReason: measure.lastChangeReason,
  };
}

function slotView({ slot }: SourceMeasure): SlotView | null {
  if (slot === null) return null;
  const { isActive, walStatus, retainedBytes, behindBytes } = slot;
  return {
    isActive,
    walStatus,
    retainedBytes: String(retainedBytes),
    behindBytes: behindBytes === null ? null : String(behindBytes),
    behindReason: behindBytes === null ? "nothing_confirmed" : null,
  };
}

function unknownSource(identity: string | null, reason: string): SourceStage {
  return {
    ...stageOf("unknown", causeOf("source.unmeasured", { reason }), null),
    identity,
    identityReason: identity === null ? reason : null,
    measuredAt: null,
    measuredReason: reason,
    slot: null,
    slotReason: reason,
    heartbeatAgeMs: null,
    heartbeatReason: reason,
    lastChangeAt: null,
    lastChangeReason: reason,
  };
}

/** Of a topic that a connector of somebody else fills; the same for all. */
const nobodysSource: SourceStage = unknownSource(null, "connector_not_ours");

function ageOf(at: Date | null, nowMs: number): number | null {
  return at === null ? null : Math.max(0, nowMs - at.getTime());
}

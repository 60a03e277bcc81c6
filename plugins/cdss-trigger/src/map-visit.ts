import type { Change } from "@gluttony/sdk";
import { columnText } from "@gluttony/sdk/targets";
import type { CdssConfig } from "./config.ts";

/** The body of a trigger in the style of scenes; what the row does not carry is null. */
export interface SceneTrigger {
  readonly eventId: string;
  readonly occurredAt: string | null;
  readonly scene: string;
  readonly triggerCode: "admit" | "discharge";
  readonly hospital: { readonly code: string };
  readonly department: { readonly code: string | null };
  readonly doctor: { readonly id: string | null };
  readonly patient: { readonly localId: string };
  readonly visit: {
    readonly id: string;
    readonly type: string | null;
    readonly admitTime: string | null;
    readonly dischargeTime: string | null;
    readonly ward: string | null;
    readonly bed: string | null;
  };
}

/** What is known about the event beside its row. */
export interface TriggerEvent {
  readonly eventId: string;
  readonly triggerCode: "admit" | "discharge";
}

/** Maps a visit's row to the body of the call; null when the row does not say whose visit it is. */
export function mapVisit(change: Change, config: CdssConfig, event: TriggerEvent): SceneTrigger | null {
  const row = change.after ?? {};
  const text = (name: keyof CdssConfig["columns"]): string | null => columnText(row, config.columns[name]);
  const localId = text("patientId");
  const visitId = text("visitId");
  if (localId === null || visitId === null) return null;
  const { committedAtMs } = change.source;
  return {
    ...event,
    occurredAt: committedAtMs === null ? null : new Date(committedAtMs).toISOString(),
    scene: config.scenes[event.triggerCode],
    hospital: { code: config.hospitalCode },
    department: { code: text("department") },
    doctor: { id: text("doctor") },
    patient: { localId },
    visit: {
      // A hyphen within an id is doubled, so that two visits never share one name.
      id: `${escaped(localId)}-${escaped(visitId)}`,
      type: text("visitType"),
      admitTime: text("admitTime"),
      dischargeTime: text("dischargeTime"),
      ward: text("ward"),
      bed: text("bed"),
    },
  };
}

function escaped(id: string): string {
  return id.replaceAll("-", "--");
}

import type { HospitalSize } from "../local-stack/seed-hospital.ts";
import { DEMO_PATIENTS, DEMO_VISITS } from "../local-stack/seed-hospital.ts";

/** What the command line asks of the demo. */
export interface DemoOptions {
  /** Proves the main job and ends. */
  readonly once: boolean;
  /** Wipes what an earlier run kept, first. */
  readonly fresh: boolean;
  /** One JSON object a line in place of text. */
  readonly json: boolean;
  /** Refuses to fetch anything. */
  readonly offline: boolean;
}

/** How much the demo does. */
export interface DemoPlan {
  readonly hospital: HospitalSize;
  /** Measured changes after the first one, each sent when the one before was acknowledged. */
  readonly repeats: number;
}

/** A proof that ends at once takes a small hospital, so that its change does not queue behind the snapshot's rows. */
export function planOf({ once }: Pick<DemoOptions, "once">): DemoPlan {
  if (once) return { hospital: { patients: 200, visits: 400 }, repeats: 50 };
  return { hospital: { patients: DEMO_PATIENTS, visits: DEMO_VISITS }, repeats: 0 };
}

import type { EndingKind } from "./failure.ts";

/** How many offsets ended in which way; `hole` counts offsets that hold no record for a consumer. */
export type EndingCounts = { readonly [K in EndingKind | "hole"]: number };

/** One partition's place and account as it is remembered. mark − start equals the sum of the endings. */
export interface Position {
  readonly topic: string;
  readonly topicId: string;
  readonly partition: number;
  readonly start: bigint;
  readonly mark: bigint;
  readonly endings: EndingCounts;
  /** Which records above the mark ended, in the runtime's encoding; null or left out when none did. */
  readonly endedAbove?: Uint8Array | null;
}

import type { Failure } from "./failure.ts";

export type DeadLetterState = "parked" | "replaying" | "replayed" | "discarded";

/** A record set aside, without its content: what lists may show. */
export interface DeadLetter {
  readonly id: string;
  readonly consumerId: string;
  readonly consumer: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly state: DeadLetterState;
  readonly failure: Failure;
  readonly attempts: number;
  readonly release: string | null;
  readonly parkedAt: Date;
  readonly sizeBytes: number;
}

import type { Generated } from "kysely";

/** The tables that are asked with varying conditions; the others are asked in plain SQL. */
export interface Schema {
  readonly "cdc.dead_letter": DeadLetterTable;
  readonly "cdc.consumer_revision": ConsumerRevisionTable;
}

interface DeadLetterTable {
  readonly id: Generated<bigint>;
  readonly consumer_id: string;
  readonly topic: string;
  readonly topic_id: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly state: "parked" | "replaying" | "replayed" | "discarded";
  readonly failure_kind: string;
  readonly failure_code: string;
  readonly failure_message: string;
  readonly target: string | null;
  readonly attempts: number;
  readonly release: string | null;
  readonly is_encrypted: boolean;
  readonly size_bytes: bigint;
  readonly parked_at: Date;
  readonly subject: string;
  readonly is_behind: boolean;
  readonly replays: number;
  readonly reason: string | null;
  readonly note: string | null;
}

interface ConsumerRevisionTable {
  readonly consumer_id: string;
  readonly revision: bigint;
  readonly at: Date;
  readonly actor: string;
  readonly operation: string;
  readonly row: unknown;
}

import type { Failure } from "@gluttony/model";
import type { RawRecord, WriterSchema } from "@gluttony/sdk/codecs";

/** A record for a build to run, with the schemas that it names. */
export interface FedRecord {
  readonly record: RawRecord;
  readonly schemas: readonly WriterSchema[];
  /** Why a schema that it cannot be read without is not to be had; null when nothing is missing. */
  readonly failure: Failure | null;
}

/** Where the records of one build come from. */
export interface RecordFeed {
  /** The next record. Null when there is none any more, or when `signal` aborted while it was waited for: then none is lost. */
  next(signal: AbortSignal): Promise<FedRecord | null>;
  /** Whether every record was given. */
  readonly isAtEnd: boolean;
}

/** Records that are at hand, from the first one on. */
export function listFeed(records: readonly RawRecord[]): RecordFeed {
  let given = 0;
  return {
    async next() {
      const record = records[given];
      if (record === undefined) return null;
      given += 1;
      return { record, schemas: [], failure: null };
    },
    get isAtEnd() {
      return given >= records.length;
    },
  };
}

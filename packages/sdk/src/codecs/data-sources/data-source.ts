import type { SourcePosition } from "../../change.ts";
import type { JsonObject } from "../json-value.ts";

/** What one database's connector says in a record's `source` block. All of it pure and lenient: what is odd becomes null. */
export interface DataSource {
  /** Debezium's name of the connector, as `source.connector` gives it. */
  readonly connector: string;
  /**
   * Where the change stands in the database's log. Null where the record does not say: then it can be put in no order.
   * A row of a snapshot stands where the snapshot began, so that every later change comes after it.
   */
  readPosition(source: JsonObject): SourcePosition | null;
  /** One text for all changes of one transaction; null where the record does not say. */
  readTransactionId(envelope: JsonObject, source: JsonObject): string | null;
  /** Whether the connector fills columns that the log did not carry into `before`. */
  readonly inventsBefore: boolean;
}

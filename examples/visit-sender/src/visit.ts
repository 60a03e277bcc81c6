import type { Row } from "@gluttony/sdk";
import { formatISO, isValid, parseISO } from "date-fns";

/** A visit as the service takes it. */
export interface Visit {
  readonly id: string;
  /** A day, such as `2026-05-06`. */
  readonly day: string;
  readonly ward: string | null;
}

/** Maps a row to a visit; null when it has no id or no day. */
export function visitOf(row: Row): Visit | null {
  const { id, started_at: startedAt, ward } = row;
  if (typeof id !== "bigint" && typeof id !== "number") return null;
  const day = typeof startedAt === "string" ? parseISO(startedAt) : null;
  if (day === null || !isValid(day)) return null;
  return {
    id: String(id),
    day: formatISO(day, { representation: "date" }),
    ward: typeof ward === "string" ? ward : null,
  };
}

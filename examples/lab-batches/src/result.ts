import type { Row } from "@gluttony/sdk";
import { formatISO, isValid, parseISO } from "date-fns";

/** A lab result as the service takes it. */
export interface LabResult {
  readonly id: string;
  readonly test: string;
  readonly value: string;
  /** A day, such as `2026-05-06`. */
  readonly day: string;
}

/** Maps a row to a result; null when something is missing that the service insists on. */
export function resultOf(row: Row): LabResult | null {
  const { id, test, value, taken_at: takenAt } = row;
  if (typeof id !== "bigint" && typeof id !== "number") return null;
  if (typeof test !== "string" || typeof value !== "string" || typeof takenAt !== "string") return null;
  const day = parseISO(takenAt);
  if (!isValid(day)) return null;
  return { id: String(id), test, value, day: formatISO(day, { representation: "date" }) };
}

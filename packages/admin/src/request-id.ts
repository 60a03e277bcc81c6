import { randomUUID } from "node:crypto";

/** The caller's own id if it is short and plain, else a fresh one: it goes into logs and a header. */
export function requestIdOf(header: string | string[] | undefined): string {
  return typeof header === "string" && /^[A-Za-z0-9._-]{1,64}$/.test(header) ? header : randomUUID();
}

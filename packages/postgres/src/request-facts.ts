import { AsyncLocalStorage } from "node:async_hooks";

/** Where a change came from; the audit keeps it beside what was changed. */
export interface RequestFacts {
  readonly id: string;
  readonly address: string;
  /** The program that asked, as it names itself; cut to 200 characters. */
  readonly client: string | null;
}

// It describes and decides nothing, so it need not pass through every function between a route and a statement.
const current = new AsyncLocalStorage<RequestFacts>();

/** Runs `work`; every transaction that begins in it carries the facts. */
export function withRequestFacts<T>(facts: RequestFacts, work: () => T): T {
  return current.run(facts, work);
}

/** The facts of the request at work; null outside of one. */
export function requestFactsNow(): RequestFacts | null {
  return current.getStore() ?? null;
}

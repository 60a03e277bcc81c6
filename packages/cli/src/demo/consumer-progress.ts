import { askApi } from "../api-client.ts";

/** What the demo looks at in a consumer's status. */
export interface ConsumerProgress {
  readonly state: string;
  /** Registered code of what holds it up, if anything does. */
  readonly cause: string | null;
  /** Records that wait; null before anything was read. */
  readonly lagRecords: string | null;
  readonly done: string;
  readonly parked: string;
}

/** Asks the host how a consumer does. */
export async function readProgress(url: string, name: string): Promise<ConsumerProgress> {
  const path = `/api/v1/consumers/${encodeURIComponent(name)}/status`;
  const { body } = await askApi({ url, token: null }, { method: "GET", path });
  return progressOf(body);
}

/** Reads the status as the API gives it; what is not there is told as not known. */
export function progressOf(body: unknown): ConsumerProgress {
  return {
    state: textAt(body, ["observed", "state"]) ?? "unknown",
    cause: textAt(body, ["observed", "cause", "code"]),
    lagRecords: textAt(body, ["lag", "records"]),
    done: textAt(body, ["accounting", "total", "endings", "done"]) ?? "0",
    parked: textAt(body, ["accounting", "total", "endings", "parked"]) ?? "0",
  };
}

/** True once the consumer runs and has worked off what was there when it began. */
export function isCaughtUp({ state, lagRecords }: ConsumerProgress): boolean {
  return (state === "running" || state === "idle") && lagRecords === "0";
}

function textAt(value: unknown, path: readonly string[]): string | null {
  let at = value;
  for (const name of path) {
    if (typeof at !== "object" || at === null) return null;
    at = Reflect.get(at, name);
  }
  return typeof at === "string" ? at : null;
}

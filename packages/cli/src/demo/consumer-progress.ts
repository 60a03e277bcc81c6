import { askApi } from "../api-client.ts";

/** What the demo looks at in a consumer's status. */
export interface ConsumerProgress {
  readonly state: string;
  /** Registered code of what holds it up, if anything does. */
  readonly cause: string | null;
  /** Records that wait; null as long as this host has no partition. */
  readonly lagRecords: string | null;
  readonly done: string;
  readonly parked: string;
}

/** A host of the demo, and how the status names it. */
export interface AskedHost {
  readonly url: string;
  readonly hostId: string;
}

/** Asks the host how a consumer does. */
export async function readProgress({ url, hostId }: AskedHost, name: string): Promise<ConsumerProgress> {
  const path = `/api/v1/consumers/${encodeURIComponent(name)}/status`;
  const { body } = await askApi({ url, token: null }, { method: "GET", path });
  return progressOf(body, hostId);
}

/**
 * Reads the status as the API gives it; what is not there is told as not known. Only this host's word counts: a killed
 * one's last word, which may well be "running", is believed for a while by the API.
 */
export function progressOf(body: unknown, hostId: string): ConsumerProgress {
  const own = listAt(body, "hosts").find((host) => textAt(host, ["hostId"]) === hostId);
  return {
    state: textAt(own, ["state"]) ?? "unknown",
    cause: textAt(own, ["cause", "code"]),
    lagRecords: lagOf(listAt(own, "partitions")),
    done: textAt(body, ["accounting", "total", "endings", "done"]) ?? "0",
    parked: textAt(body, ["accounting", "total", "endings", "parked"]) ?? "0",
  };
}

function lagOf(partitions: readonly unknown[]): string | null {
  if (partitions.length === 0) return null;
  return String(partitions.reduce<number>((sum, one) => sum + Number(textAt(one, ["lagRecords"])), 0));
}

function listAt(value: unknown, name: string): readonly unknown[] {
  const found: unknown = typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
  return Array.isArray(found) ? found : [];
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

/** State of a connector or a task, in Connect's own words. */
export interface ConnectorPart {
  readonly state: string;
  /** The worker's text of what failed; not scrubbed. */
  readonly trace: string | null;
}

export interface ParsedStatus {
  readonly connector: ConnectorPart;
  readonly tasks: readonly ConnectorPart[];
}

/** Reads an answer of `GET …/status`; null when it is not one. Pure. */
export function parseStatus(json: unknown): ParsedStatus | null {
  if (!isObject(json)) return null;
  const connector = partOf(json["connector"]);
  const tasks = Array.isArray(json["tasks"]) ? json["tasks"].map(partOf) : [];
  if (connector === null) return null;
  return { connector, tasks: tasks.filter((task) => task !== null) };
}

/** Whether a connector and all its tasks run; one that runs without a task delivers nothing. Pure. */
export function settledOf({ connector, tasks }: ParsedStatus): "running" | "failed" | "waiting" {
  const parts = [connector, ...tasks];
  if (parts.some(({ state }) => state === "FAILED")) return "failed";
  const isRunning = tasks.length > 0 && parts.every(({ state }) => state === "RUNNING");
  return isRunning ? "running" : "waiting";
}

function partOf(json: unknown): ConnectorPart | null {
  if (!isObject(json) || typeof json["state"] !== "string") return null;
  return { state: json["state"], trace: typeof json["trace"] === "string" ? json["trace"] : null };
}

function isObject(json: unknown): json is { readonly [name: string]: unknown } {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}

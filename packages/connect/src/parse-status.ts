import { fieldOf, listOf, textOf } from "./client/json-field.ts";

/** State of a connector or a task, in Connect's own words. */
export interface ConnectorPart {
  readonly state: string;
  /** The worker's text of what failed; not scrubbed. */
  readonly trace: string | null;
  /** `host:port` of the worker that has it. */
  readonly worker: string | null;
}

export interface TaskPart extends ConnectorPart {
  readonly id: number;
}

export interface ParsedStatus {
  readonly connector: ConnectorPart;
  readonly tasks: readonly TaskPart[];
}

/** Reads an answer of `GET …/status`; null when it is not one. Pure. */
export function parseStatus(json: unknown): ParsedStatus | null {
  const connector = partOf(fieldOf(json, "connector"));
  if (connector === null) return null;
  const tasks = listOf(json, "tasks").map((task, place) => {
    const part = partOf(task);
    const id = fieldOf(task, "id");
    return part === null ? null : { ...part, id: typeof id === "number" ? id : place };
  });
  return { connector, tasks: tasks.filter((task) => task !== null) };
}

/** The states alone: all that settles it. */
interface PartStates {
  readonly connector: Pick<ConnectorPart, "state">;
  readonly tasks: readonly Pick<ConnectorPart, "state">[];
}

/** Whether a connector and all its tasks run; one that runs without a task delivers nothing. Pure. */
export function settledOf({ connector, tasks }: PartStates): "running" | "failed" | "waiting" {
  const parts = [connector, ...tasks];
  if (parts.some(({ state }) => state === "FAILED")) return "failed";
  const isRunning = tasks.length > 0 && parts.every(({ state }) => state === "RUNNING");
  return isRunning ? "running" : "waiting";
}

function partOf(json: unknown): ConnectorPart | null {
  const state = textOf(json, "state");
  if (state === null) return null;
  return { state, trace: textOf(json, "trace"), worker: textOf(json, "worker_id") };
}

import type { ConnectRequest } from "../allow-list.ts";
import type { Judged } from "../judge-answer.ts";
import { fieldOf, listOf, objectOf, textOf } from "./json-field.ts";

/** Asks what tells whether a request was carried out, and reads the answer. */
export interface ReadBack {
  readonly ask: ConnectRequest;
  /** Whether the answer shows that the request was carried out. */
  hasHappened(answer: Judged): boolean;
}

/**
 * How to find out whether a request whose answer got lost was carried out; null when nothing tells, or when asking again is as
 * good. Pure.
 */
export function readBackOf(request: ConnectRequest): ReadBack | null {
  switch (request.do) {
    case "configure": {
      const { connector, config } = request;
      return {
        ask: { do: "config", connector },
        hasHappened: (answer) =>
          answer.is === "done" && holdsAll(answer.json, { ...config, name: connector }),
      };
    }
    case "delete":
      // Its status stays for a moment after it.
      return {
        ask: { do: "config", connector: request.connector },
        hasHappened: (answer) => answer.is === "missing",
      };
    case "pause":
    case "resume":
    case "stop": {
      const state = targets[request.do];
      return {
        ask: { do: "status", connector: request.connector },
        hasHappened: (answer) =>
          answer.is === "done" && textOf(fieldOf(answer.json, "connector"), "state") === state,
      };
    }
    case "alter_offsets":
    case "reset_offsets": {
      const wanted = request.do === "reset_offsets" ? [] : request.offsets;
      return {
        ask: { do: "offsets", connector: request.connector },
        hasHappened: (answer) => answer.is === "done" && sameJson(listOf(answer.json, "offsets"), wanted),
      };
    }
    default:
      return null;
  }
}

/** A restart that is repeated is a second one, and nothing tells whether the first one came about. Pure. */
export function isRepeatable(request: ConnectRequest): boolean {
  return request.do !== "restart" && request.do !== "restart_task";
}

const targets = { pause: "PAUSED", resume: "RUNNING", stop: "STOPPED" } as const;

function holdsAll(json: unknown, config: { readonly [name: string]: string }): boolean {
  const fields = objectOf(json);
  if (fields === null) return false;
  const names = new Set([...Object.keys(fields), ...Object.keys(config)]);
  return [...names].every((name) => fieldOf(fields, name) === fieldOf(config, name));
}

function sameJson(one: unknown, other: unknown): boolean {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

/** Members in the order of their names: workers write them in any order. */
function sorted(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(sorted);
  const fields = objectOf(json);
  if (fields === null) return json;
  const entries = Object.entries(fields).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return entries.map(([name, value]) => [name, sorted(value)]);
}

import type { HttpRequest } from "@gluttony/egress";
import { requireConnectorName } from "./connector-name.ts";
import { GluttonyError } from "@gluttony/model";

/** Options of a connector as Connect takes them: texts only. */
interface Config {
  readonly [name: string]: string;
}

/** How far a restart goes: what failed, everything, or the connector without its tasks. */
export type RestartScope = "failed" | "all" | "connector";

/** Everything that is ever asked of a worker. No other verb and no other path leaves this package. */
export type ConnectRequest =
  | { readonly do: "worker" }
  | { readonly do: "health" }
  | { readonly do: "list" }
  | { readonly do: "plugins" }
  | { readonly do: "options"; readonly plugin: string }
  | { readonly do: "validate"; readonly plugin: string; readonly config: Config }
  | { readonly do: "config"; readonly connector: string }
  | { readonly do: "status"; readonly connector: string }
  | { readonly do: "topics"; readonly connector: string }
  | { readonly do: "offsets"; readonly connector: string }
  | { readonly do: "configure"; readonly connector: string; readonly config: Config }
  | { readonly do: "delete"; readonly connector: string }
  | { readonly do: "pause" | "resume" | "stop"; readonly connector: string }
  | { readonly do: "restart"; readonly connector: string; readonly scope: RestartScope }
  | { readonly do: "restart_task"; readonly connector: string; readonly task: number }
  | { readonly do: "alter_offsets"; readonly connector: string; readonly offsets: readonly unknown[] }
  | { readonly do: "reset_offsets"; readonly connector: string };

type Route = Pick<HttpRequest, "method" | "json"> & { readonly path: string };

/** A task's number in a path; no connector of ours has more. */
const TASK_MAX = 9_999;

/**
 * Verb and path of a request. Names are checked and escaped: with a slash in it a name reaches another path. Pure; throws
 * `connect.name_invalid`.
 */
export function routeOf(request: ConnectRequest): Route {
  switch (request.do) {
    case "worker":
      return { method: "GET", path: "/" };
    case "health":
      return { method: "GET", path: "/health" };
    case "list":
      return { method: "GET", path: "/connectors?expand=status&expand=info" };
    case "plugins":
      return { method: "GET", path: "/connector-plugins?connectorsOnly=true" };
    case "options":
      return { method: "GET", path: `/connector-plugins/${segment(request.plugin)}/config` };
    case "validate": {
      const path = `/connector-plugins/${segment(request.plugin)}/config/validate`;
      return { method: "PUT", path, json: request.config };
    }
    case "status":
    case "config":
    case "topics":
    case "offsets":
      return { method: "GET", path: `${connectorPath(request)}/${request.do}` };
    case "configure":
      return { method: "PUT", path: `${connectorPath(request)}/config`, json: request.config };
    case "delete":
      return { method: "DELETE", path: connectorPath(request) };
    case "pause":
    case "resume":
    case "stop":
      return { method: "PUT", path: `${connectorPath(request)}/${request.do}` };
    case "restart":
      return { method: "POST", path: `${connectorPath(request)}/restart${scopes[request.scope]}` };
    case "restart_task":
      return { method: "POST", path: `${connectorPath(request)}/tasks/${taskOf(request.task)}/restart` };
    case "alter_offsets": {
      const { offsets } = request;
      return { method: "PATCH", path: `${connectorPath(request)}/offsets`, json: { offsets } };
    }
    case "reset_offsets":
      return { method: "DELETE", path: `${connectorPath(request)}/offsets` };
  }
}

const scopes: { readonly [scope in RestartScope]: string } = {
  failed: "?includeTasks=true&onlyFailed=true",
  all: "?includeTasks=true&onlyFailed=false",
  connector: "",
};

function connectorPath({ connector }: { readonly connector: string }): string {
  return `/connectors/${segment(connector)}`;
}

function segment(name: string): string {
  return encodeURIComponent(requireConnectorName(name));
}

function taskOf(task: number): string {
  if (Number.isInteger(task) && task >= 0 && task <= TASK_MAX) return String(task);
  const message = `Must be a whole number from 0 to ${TASK_MAX}.`;
  throw new GluttonyError("connect.name_invalid", {}, { faults: [{ path: "task", message }] });
}

import assert from "node:assert/strict";
import type { HttpRequest } from "@gluttony/egress";

/** Everything that is ever asked of a worker. No other verb and no other path leaves this package. */
export type ConnectRequest =
  | { readonly do: "health" }
  | { readonly do: "status"; readonly connector: string }
  | { readonly do: "validate"; readonly plugin: string; readonly config: { readonly [name: string]: string } }
  | {
      readonly do: "configure";
      readonly connector: string;
      readonly config: { readonly [name: string]: string };
    }
  | { readonly do: "delete"; readonly connector: string }
  | { readonly do: "restart"; readonly connector: string };

type Route = Pick<HttpRequest, "method" | "json"> & { readonly path: string };

/** Verb and path of a request. Names are checked and escaped: with a slash in it a name reaches another path. Pure. */
export function routeOf(request: ConnectRequest): Route {
  switch (request.do) {
    case "health":
      return { method: "GET", path: "/health" };
    case "status":
      return { method: "GET", path: `/connectors/${segment(request.connector)}/status` };
    case "validate":
      return {
        method: "PUT",
        path: `/connector-plugins/${segment(request.plugin)}/config/validate`,
        json: request.config,
      };
    case "configure":
      return {
        method: "PUT",
        path: `/connectors/${segment(request.connector)}/config`,
        json: request.config,
      };
    case "delete":
      return { method: "DELETE", path: `/connectors/${segment(request.connector)}` };
    case "restart":
      return {
        method: "POST",
        path: `/connectors/${segment(request.connector)}/restart?includeTasks=true&onlyFailed=true`,
      };
  }
}

function segment(name: string): string {
  const isPlain = /^[A-Za-z0-9_.-]{1,200}$/.test(name) && !/^\.+$/.test(name);
  assert(
    isPlain,
    "A name of ours in a path of Kafka Connect holds letters, digits, underscore, dot and hyphen only.",
  );
  return encodeURIComponent(name);
}

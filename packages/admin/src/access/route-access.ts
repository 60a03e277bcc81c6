import type { Permission } from "@gluttony/model";
import type { FastifyInstance } from "fastify";

/**
 * What a route demands. `of` says what the permission is needed for: `consumer` and `letter` are found by the path's
 * `id`, `all` demands it without a scope, `any` is content with it in any scope, as for what belongs to no consumer, and
 * `visible` too, but leaves it to the handler to touch nothing beyond `request.reach`.
 */
export interface NeededAccess {
  readonly permission: Permission;
  readonly of: "consumer" | "letter" | "all" | "any" | "visible";
}

/** Of every route: open to anybody, to whoever is recognised, or to whoever has a permission. */
export type RouteAccess = "open" | "recognised" | NeededAccess;

declare module "fastify" {
  interface FastifyContextConfig {
    /** Who may call the route; one that does not say cannot be built. */
    access?: RouteAccess;
    /** Whether the answer holds a secret that is shown once. */
    isAnswerSecret?: boolean;
    /** Whether the route demands the revision seen although its method does not tell. */
    isConditional?: boolean;
    /** Whether what the route changes or removes has no revision that one must have seen. */
    isUnchanging?: boolean;
  }
}

/** The route's config; for `app.get(path, { config: needs(…) }, …)`. */
export interface AccessConfig {
  readonly access: RouteAccess;
}

/** Marks a route that anybody may call. */
export const openAccess: { readonly config: AccessConfig } = { config: { access: "open" } };

/** Marks a route that asks only who it is. */
export const recognisedAccess: { readonly config: AccessConfig } = { config: { access: "recognised" } };

export function needs(permission: Permission, of: NeededAccess["of"]): AccessConfig {
  return { access: { permission, of } };
}

/** Marks a POST that needs If-Match, so that the reference says so. */
export function conditionalAccess(config: AccessConfig): AccessConfig & { readonly isConditional: true } {
  return { ...config, isConditional: true };
}

/** The access that a route's config demands; null when it says nothing, as for a path without a route. */
export function accessOf(config: unknown): RouteAccess | null {
  if (typeof config !== "object" || config === null) return null;
  const access: unknown = Reflect.get(config, "access");
  return access === undefined ? null : (access as RouteAccess);
}

/** Routes that demand something, with what: the inventory that tests walk. */
export interface RouteEntry {
  readonly method: string;
  readonly url: string;
  readonly access: RouteAccess;
}

/**
 * Refuses to build an API with a route that says nothing of who may call it; below `openPrefix`, where a library makes the
 * routes, all are open. Answers the inventory, which fills up.
 */
export function demandAccessOfRoutes(app: FastifyInstance, openPrefix: string): readonly RouteEntry[] {
  const routes: RouteEntry[] = [];
  app.addHook("onRoute", (route) => {
    const { method, url } = route;
    if (url === openPrefix || url.startsWith(`${openPrefix}/`))
      route.config = { ...route.config, ...openAccess.config };
    const access = accessOf(route.config);
    if (access === null)
      throw new Error(`the route ${String(method)} ${url} says nothing of who may call it`);
    for (const one of [method].flat()) routes.push({ method: one, url, access });
  });
  return routes;
}

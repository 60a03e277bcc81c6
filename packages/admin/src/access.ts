/** Marks a route that needs no token. Every other route, also one that does not exist, needs it. */
export const openAccess: { readonly config: { readonly access: "open" } } = { config: { access: "open" } };

/** Whether a route's own config says that it is open. */
export function isOpen(config: unknown): boolean {
  return typeof config === "object" && config !== null && Reflect.get(config, "access") === "open";
}

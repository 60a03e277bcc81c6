import type { Settings } from "./parse-environment.ts";

/** The targets' addresses that are set, for settings of plugins that refer to them. */
export function namesOf(hosts: Settings["targetHosts"]): { readonly [name: string]: string } {
  return Object.fromEntries(
    Object.entries(hosts).flatMap(([name, url]) => (url === null ? [] : [[name, url]])),
  );
}

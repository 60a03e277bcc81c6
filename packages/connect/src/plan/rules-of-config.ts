import { isSecretOption } from "../mask.ts";
import type { ScrubRules } from "../scrub.ts";

/** What must not and what may stay in a worker's text about a connector of this configuration. Pure. */
export function rulesOf(config: { readonly [option: string]: string }): ScrubRules {
  const secrets = Object.entries(config).flatMap(([option, value]) =>
    isSecretOption(option) ? [value] : [],
  );
  const known = ["database.dbname", "database.user", "slot.name", "publication.name", "name"];
  return { secrets, known: known.flatMap((option) => config[option] ?? []) };
}

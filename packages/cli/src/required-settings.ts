import { GluttonyError } from "@gluttony/model";
import { learnSettings } from "./known-secrets.ts";
import {
  type EnvironmentSource,
  missingNames,
  parseEnvironment,
  processEnvironment,
  type Settings,
} from "./parse-environment.ts";

/** The names that a command cannot do without. */
export type NeededName = "DATABASE_URL" | "KAFKA_HOST";

/** Settings in which nothing is wrong and nothing needed is missing; else `config.invalid` with every fault. */
export function requiredSettings(
  needed: readonly NeededName[],
  source: EnvironmentSource = processEnvironment,
): Settings {
  const { settings, faults } = parseEnvironment(source);
  learnSettings(settings);
  const all = [...faults, ...missingNames(settings, needed)];
  if (all.length > 0) throw new GluttonyError("config.invalid", { faults: all.length }, { faults: all });
  return settings;
}

/** DATABASE_URL of settings that were required to have one. */
export function databaseUrlOf(settings: Settings): string {
  if (settings.databaseUrl === null) throw new GluttonyError("config.invalid", { missing: "DATABASE_URL" });
  return settings.databaseUrl;
}

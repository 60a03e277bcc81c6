import { type Fault, GluttonyError } from "@gluttony/model";
import { learnSettings } from "./known-secrets.ts";
import {
  type EnvironmentSource,
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

/** The faults of names that a command cannot do without. */
export function missingNames(settings: Settings, needed: readonly NeededName[]): readonly Fault[] {
  const faults: Fault[] = [];
  if (needed.includes("DATABASE_URL") && settings.databaseUrl === null) {
    faults.push({
      path: "DATABASE_URL",
      message: "Is not set.",
      suggestion: "postgresql://host:5432/gluttony, with user and password before the host",
    });
  }
  if (needed.includes("KAFKA_HOST") && settings.brokers.length === 0) {
    faults.push({ path: "KAFKA_HOST", message: "Is not set.", suggestion: "127.0.0.1:9092" });
  }
  return faults;
}

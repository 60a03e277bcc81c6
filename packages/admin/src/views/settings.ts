import { effectiveSettings, runtimeSettingNames, runtimeSettings } from "@gluttony/model";
import type { EnvironmentEntry, KeptSettings, SettingsRevision } from "../settings-ports.ts";

/** One setting as people see it. */
export interface SettingView {
  readonly name: string;
  readonly value: number;
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly unit: string;
  readonly source: "decided" | "default";
  readonly summary: string;
}

/** What people may change, and what the deployer decided. */
export interface SettingsView {
  readonly revision: string;
  readonly settings: readonly SettingView[];
  readonly environment: readonly EnvironmentEntry[];
}

export function settingsView(
  { revision, decided }: KeptSettings,
  environment: readonly EnvironmentEntry[],
): SettingsView {
  const values = effectiveSettings(decided);
  const settings = runtimeSettingNames.map((name) => {
    const { default: standard, min, max, unit, summary } = runtimeSettings[name];
    const source = decided[name] === undefined ? ("default" as const) : ("decided" as const);
    return { name, value: values[name], default: standard, min, max, unit, source, summary };
  });
  const shown = environment.map(({ name, source, isSecret, value }) => ({ name, source, isSecret, value }));
  return { revision: String(revision), settings, environment: shown };
}

/** One change of settings. */
export interface SettingsRevisionView extends Omit<SettingsRevision, "revision" | "at"> {
  readonly revision: string;
  readonly at: string;
}

export function settingsRevisionView(one: SettingsRevision): SettingsRevisionView {
  const { revision, at, actor, reason, changes } = one;
  const shown = changes.map(({ name, before, after }) => ({ name, before, after }));
  return { revision: String(revision), at: at.toISOString(), actor, reason, changes: shown };
}

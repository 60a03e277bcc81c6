import type { Fault } from "./error.ts";
import { nearestName } from "./nearest-name.ts";

/** A whole number that people may change while hosts run. */
export interface RuntimeSetting {
  readonly unit: "days" | "minutes" | "attempts" | "tokens";
  readonly default: number;
  readonly min: number;
  readonly max: number;
  /** What it bounds, in one sentence. */
  readonly summary: string;
}

/** Every one of them has an effect on every host from the next time on that it acts; none is read once and kept. */
const entries = {
  "retention.deadLetterDays": {
    unit: "days",
    default: 14,
    min: 1,
    max: 365,
    summary: "Closed dead letters keep their bytes for so long; open ones keep them until a person decides.",
  },
  "retention.historyDays": {
    unit: "days",
    default: 30,
    min: 1,
    max: 365,
    summary: "What consumers came to is kept for so long.",
  },
  "retention.errorDays": {
    unit: "days",
    default: 30,
    min: 1,
    max: 365,
    summary: "A group of errors that is not seen again is kept for so long.",
  },
  "retention.eventDays": {
    unit: "days",
    default: 3,
    min: 1,
    max: 30,
    summary: "Events for those who watch are kept for so long.",
  },
  "retention.operationDays": {
    unit: "days",
    default: 180,
    min: 1,
    max: 730,
    summary: "Operations are kept for so long.",
  },
  "retention.alertDays": {
    unit: "days",
    default: 30,
    min: 1,
    max: 365,
    summary: "Resolved alerts and silences that are over are kept for so long.",
  },
  "session.lifetimeMinutes": {
    unit: "minutes",
    default: 720,
    min: 15,
    max: 10_080,
    summary: "A session ends after so long, however much it is used.",
  },
  "session.idleMinutes": {
    unit: "minutes",
    default: 30,
    min: 5,
    max: 1_440,
    summary: "A session that nobody uses ends after so long.",
  },
  "reveal.minutes": {
    unit: "minutes",
    default: 10,
    min: 1,
    max: 60,
    summary: "Records that were revealed stay so for so long, for who asked.",
  },
  "token.daysMax": {
    unit: "days",
    default: 366,
    min: 1,
    max: 366,
    summary: "A new token of a program lasts at most so long.",
  },
  "ownToken.daysMax": {
    unit: "days",
    default: 90,
    min: 1,
    max: 90,
    summary: "A new token that a person makes for themselves lasts at most so long.",
  },
  "ownToken.perPersonMax": {
    unit: "tokens",
    default: 20,
    min: 0,
    max: 100,
    summary: "One person has at most so many tokens that open something.",
  },
  "alert.attemptsMax": {
    unit: "attempts",
    default: 20,
    min: 1,
    max: 50,
    summary: "A message of an alert that nobody takes is given up after so many attempts.",
  },
  "alert.retryMinutesMax": {
    unit: "minutes",
    default: 60,
    min: 1,
    max: 1_440,
    summary: "Between two attempts to deliver a message passes at most so long.",
  },
} as const;

export type RuntimeSettingName = keyof typeof entries;

/** The register of settings that people may change while hosts run. */
export const runtimeSettings: { readonly [name in RuntimeSettingName]: RuntimeSetting } = entries;

export const runtimeSettingNames: readonly RuntimeSettingName[] = (
  Object.keys(entries) as RuntimeSettingName[]
).toSorted();

/** A value for every setting. */
export type RuntimeSettingValues = { readonly [name in RuntimeSettingName]: number };

/** What was decided; what is left out has its default. */
export type DecidedSettings = { readonly [name in RuntimeSettingName]?: number };

/** Every setting with what was decided, else its default. Pure. */
export function effectiveSettings(decided: DecidedSettings): RuntimeSettingValues {
  const pairs = runtimeSettingNames.map((name) => [name, decided[name] ?? runtimeSettings[name].default]);
  return Object.fromEntries(pairs) as RuntimeSettingValues;
}

/** A change of settings as a person wrote it; null goes back to the default. */
export type SettingChanges = { readonly [name in RuntimeSettingName]?: number | null };

/** Reads a change; every name and value that is none is a fault with its path. Pure. */
export function parseSettingChanges(
  written: { readonly [name: string]: unknown },
  faults: Fault[],
): SettingChanges {
  const read = Object.entries(written).filter(([name, value]) => {
    const known = runtimeSettingNames.find((one) => one === name);
    const fault = known === undefined ? unknownName(name) : valueFault(known, value);
    if (fault !== null) faults.push(fault);
    return fault === null;
  });
  return Object.fromEntries(read) as SettingChanges;
}

function unknownName(name: string): Fault {
  const suggestion = nearestName(name, runtimeSettingNames) ?? `One of: ${runtimeSettingNames.join(", ")}`;
  return { path: name, message: "No setting that can be changed here.", suggestion };
}

function valueFault(name: RuntimeSettingName, value: unknown): Fault | null {
  const { min, max, unit, default: standard } = runtimeSettings[name];
  if (value === null) return null;
  if (typeof value === "number" && Number.isInteger(value) && value >= min && value <= max) return null;
  const message = `Must be a whole number of ${unit} from ${min} to ${max}, or null for the default.`;
  return { path: name, message, suggestion: String(standard) };
}

/** What is decided after a change. Pure. */
export function changedSettings(decided: DecidedSettings, changes: SettingChanges): DecidedSettings {
  const all = Object.entries({ ...decided, ...changes });
  return Object.fromEntries(all.filter(([, value]) => value !== null)) as DecidedSettings;
}

/** What a change changes: settings whose decided value is another one afterwards. Pure. */
export function settingDifferences(
  before: DecidedSettings,
  after: DecidedSettings,
): readonly {
  readonly name: RuntimeSettingName;
  readonly before: number | null;
  readonly after: number | null;
}[] {
  return runtimeSettingNames
    .filter((name) => before[name] !== after[name])
    .map((name) => ({ name, before: before[name] ?? null, after: after[name] ?? null }));
}

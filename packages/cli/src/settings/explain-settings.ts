import { type Fault, MASK, maskByName, maskConnString } from "@gluttony/model";
import { type EnvironmentSource, parseEnvironment, type Settings } from "../parse-environment.ts";
import type { SettingEntry } from "./setting-entry.ts";
import { settingEntries } from "./setting-register.ts";

/** From where the value of a setting is. */
export type SettingOrigin = "environment" | "file" | "default" | "unset";

/** One setting of this process, as people may see it. */
export interface SettingShown {
  readonly name: string;
  /** What holds; a secret is masked. Null where nothing does. */
  readonly value: string | null;
  readonly origin: SettingOrigin;
  /** The file that holds a secret, where one does. */
  readonly file: string | null;
  readonly isSecret: boolean;
  readonly meaning: string;
  readonly default: string;
  /** What is wrong with it. */
  readonly faults: readonly Fault[];
}

/** What an environment says: each setting that is known, and faults that belong to none, such as an unknown name. */
export interface SettingsExplained {
  readonly settings: readonly SettingShown[];
  readonly faults: readonly Fault[];
}

/** Explains every setting of an environment: what holds, where it is from, and what is wrong. Holds no secret. */
export function explainSettings(source: EnvironmentSource): SettingsExplained {
  const { settings, faults } = parseEnvironment(source);
  const effective = effectiveOf(settings);
  const shown = settingEntries.map(([name, entry]) =>
    settingShown({ name, entry }, { source, effective, faults }),
  );
  const told = new Set(shown.flatMap(({ faults: own }) => own));
  return { settings: shown, faults: faults.filter((fault) => !told.has(fault)).map(maskedFault) };
}

interface Named {
  readonly name: string;
  readonly entry: SettingEntry;
}

interface Read {
  readonly source: EnvironmentSource;
  readonly effective: { readonly [name: string]: string };
  readonly faults: readonly Fault[];
}

function settingShown({ name, entry }: Named, { source: { env }, effective, faults }: Read): SettingShown {
  const isSecret = entry.isSecret === true;
  const written = textOf(env[name]);
  const file = isSecret ? textOf(env[`${name}_FILE`]) : null;
  const own = faults.filter(({ path }) => path === name || path === `${name}_FILE`);
  const origin = originOf({ written, file, entry });
  return {
    name,
    value: valueOf({ name, origin, isSecret, value: written ?? effective[name] ?? defaultOf(entry) }),
    origin,
    file,
    isSecret,
    meaning: plain(entry.meaning),
    default: plain(entry.default),
    faults: own,
  };
}

function originOf(of: {
  readonly written: string | null;
  readonly file: string | null;
  readonly entry: SettingEntry;
}): SettingOrigin {
  if (of.file !== null) return "file";
  if (of.written !== null) return "environment";
  return /^(?:none|not set)\b/.test(of.entry.default) ? "unset" : "default";
}

function valueOf(of: {
  readonly name: string;
  readonly origin: SettingOrigin;
  readonly isSecret: boolean;
  readonly value: string;
}): string | null {
  if (of.origin === "unset") return null;
  if (!of.isSecret) return maskByName(of.value);
  // Host, database and user of the database are no secrets, and are what people look for.
  return of.name === "DATABASE_URL" && of.origin === "environment" ? maskConnString(of.value) : MASK;
}

/** What holds where nothing is written, and the default alone does not tell. */
function effectiveOf(settings: Settings): { readonly [name: string]: string } {
  const { dataDir, workerBrokers } = settings;
  return {
    GLUTTONY_DATA_DIR: dataDir,
    ...(workerBrokers.length === 0 ? {} : { GLUTTONY_CONNECT_KAFKA_HOST: workerBrokers.join(",") }),
  };
}

function defaultOf(entry: SettingEntry): string {
  return /^`([^`]*)`$/.exec(entry.default)?.[1] ?? plain(entry.default);
}

/** Without the marks of the README. */
function plain(text: string): string {
  return text.replaceAll("`", "");
}

function textOf(value: string | undefined): string | null {
  return value === undefined || value.trim() === "" ? null : value.trim();
}

/** A name that nobody knows may have been meant as a value. */
function maskedFault(fault: Fault): Fault {
  return { ...fault, path: maskByName(fault.path) };
}

import { GluttonyError, nearestName } from "@gluttony/model";
import { processEnvironment } from "../parse-environment.ts";
import { explainSettings, type SettingShown } from "./explain-settings.ts";

/** The setting of this name in the environment of this process, or all. Throws `config.invalid` for a name that is none. */
export function foundSettings(name: string | undefined): readonly SettingShown[] {
  const { settings } = explainSettings(processEnvironment);
  if (name === undefined) return settings;
  const found = settings.filter((one) => one.name === name.toUpperCase());
  if (found.length > 0) return found;
  const suggestion = nearestName(
    name.toUpperCase(),
    settings.map((one) => one.name),
  );
  const fault = { path: name, message: "No such setting." };
  throw new GluttonyError(
    "config.invalid",
    {},
    { faults: [suggestion === undefined ? fault : { ...fault, suggestion }] },
  );
}

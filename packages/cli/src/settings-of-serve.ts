import type { SettingsDesk } from "@gluttony/admin";
import type { RuntimeSettingsStore } from "@gluttony/postgres";
import { shownEnvironment } from "./environment-shown.ts";
import { processEnvironment } from "./parse-environment.ts";
import { settingEntries } from "./settings/setting-register.ts";

// What only the demo or every program of the machine reads says nothing of a host.
const ofHosts = settingEntries.filter(([, { of }]) => of === undefined);
const secrets = ofHosts.flatMap(([name, { isSecret }]) => (isSecret === true ? [name] : []));
const names = ofHosts.flatMap(([name, { isSecret }]) =>
  isSecret === true ? [name, `${name}_FILE`] : [name],
);

/** What people decide while hosts run, and what this host's environment decided at its start. */
export function settingsOfServe(store: RuntimeSettingsStore): SettingsDesk {
  return { store, environment: shownEnvironment(processEnvironment.env, { names, secrets }) };
}

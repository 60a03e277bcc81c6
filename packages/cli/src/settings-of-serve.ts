import type { SettingsDesk } from "@gluttony/admin";
import type { RuntimeSettingsStore } from "@gluttony/postgres";
import { shownEnvironment } from "./environment-shown.ts";
import { ownNames, processEnvironment, secretNames } from "./parse-environment.ts";

/** Names without our prefix that a host reads. */
const foreignNames = [
  "KAFKA_HOST",
  "CONNECT_HOST",
  "EMPI_HOST",
  "CDSS_HOST",
  "DATASYNC_HOST",
  "OMIGA_HOST",
  "TOPIC_CONSUME_INTERVAL",
  "LOG_LEVEL",
  "NODE_ENV",
] as const;

/** What people decide while hosts run, and what this host's environment decided at its start. */
export function settingsOfServe(store: RuntimeSettingsStore): SettingsDesk {
  const names = [...foreignNames, ...ownNames];
  return { store, environment: shownEnvironment(processEnvironment.env, { names, secrets: secretNames }) };
}

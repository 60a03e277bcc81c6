import { KnownSecrets, secretsOfConnString } from "@gluttony/model";
import type { Settings } from "./parse-environment.ts";
import { headerSecrets } from "./telemetry-settings.ts";

/**
 * What this process holds in clear. There is one for all: whatever lets a text out, a log line or the end of a crash, must know
 * what anything else in the process has read.
 */
export const knownSecrets: KnownSecrets = new KnownSecrets();

/** Makes the secrets of the environment known. */
export function learnSettings(settings: Settings): void {
  knownSecrets.learn("environment", secretsOfSettings(settings));
}

/** Every secret in the settings. Pure. */
export function secretsOfSettings(settings: Settings): readonly string[] {
  const { databaseUrl, admin, masterKey, previousMasterKey, schemaRegistry, telemetry, oidc } = settings;
  const clientSecret = oidc?.clientSecret ?? null;
  const plain = [admin.token, masterKey, previousMasterKey, clientSecret, ...registrySecrets(schemaRegistry)];
  const ofDatabase = databaseUrl === null ? [] : secretsOfConnString(databaseUrl);
  return [
    ...ofDatabase,
    ...plain.flatMap((secret) => (secret === null ? [] : [secret])),
    ...headerSecrets(telemetry),
  ];
}

/** What the header holds, and the password of a login in it. */
function registrySecrets(registry: Settings["schemaRegistry"]): readonly string[] {
  const [kind, value = ""] = (registry?.authorization ?? "").split(" ");
  if (kind !== "Basic") return [value];
  const login = Buffer.from(value, "base64").toString("utf8");
  return [value, login.slice(login.indexOf(":") + 1)];
}

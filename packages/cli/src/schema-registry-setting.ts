import type { Fault } from "@gluttony/model";

/** Where the schema registry is, and what it is told of who asks. */
export interface SchemaRegistrySetting {
  readonly url: string;
  /** The header `Authorization`; null where none is needed. A secret. */
  readonly authorization: string | null;
}

/** What the environment says of the registry. */
export interface WrittenRegistry {
  readonly url: string | null;
  /** `user:password`. */
  readonly login: string | null;
  readonly token: string | null;
}

/** Reads the registry's settings; null where there is none. The secrets are not repeated in a fault. */
export function schemaRegistrySettingOf(
  written: WrittenRegistry,
  faults: Fault[],
): SchemaRegistrySetting | null {
  const { url, login, token } = written;
  const name = "GLUTTONY_SCHEMA_REGISTRY";
  if (login !== null && token !== null) {
    const message = `Both ${name}_LOGIN and ${name}_TOKEN are set.`;
    faults.push({ path: `${name}_LOGIN`, message, suggestion: "Unset one of them." });
  }
  if (login !== null && !/^[^:\s]+:./.test(login))
    faults.push({
      path: `${name}_LOGIN`,
      message: "Must be user and password.",
      suggestion: "user:password",
    });
  if (url === null) {
    if (login !== null || token !== null)
      faults.push({ path: name, message: "Is not set.", suggestion: "http://registry:8081" });
    return null;
  }
  return { url, authorization: authorizationOf(login, token) };
}

function authorizationOf(login: string | null, token: string | null): string | null {
  if (token !== null) return `Bearer ${token}`;
  return login === null ? null : `Basic ${Buffer.from(login).toString("base64")}`;
}

import { type KnownSecrets, secretsOfConnString } from "@gluttony/model";
import { resolveConnString, type SecretSources } from "./conn-strings.ts";
import { resolveReference } from "./secret-reference.ts";

/** Reads secrets for those that need them in clear. */
export interface SecretResolver {
  /** What a reference names. Throws `secret.reference_missing`. */
  resolve(reference: string): Promise<string>;
  /** The clear connection string behind the value of a row. Throws `secret.*`. */
  resolveConnString(value: string, consumerId: string): Promise<string>;
  /** Makes secrets known that were read in another way; those of the same name before are forgotten after a while. */
  learn(name: string, values: readonly string[]): void;
}

/** A resolver that makes each secret known before anybody gets it, so that it leaves in no text. */
export function createSecretResolver(sources: SecretSources, known: KnownSecrets): SecretResolver {
  return {
    resolve: async (reference) => {
      const value = await resolveReference(reference, sources);
      known.learn(reference, [value, ...withinConnString(value)]);
      return value;
    },
    resolveConnString: async (value, consumerId) => {
      const connString = await resolveConnString(value, consumerId, sources);
      known.learn(`conn_string ${consumerId}`, secretsOfConnString(connString));
      return connString;
    },
    learn: (name, values) => known.learn(name, values),
  };
}

/** A reference may lead to a connection string, of which only a part may be told on. */
function withinConnString(value: string): readonly string[] {
  return /[=@]/.test(value) ? secretsOfConnString(value) : [];
}

import type { Release } from "@gluttony/model";

/** What a release asks for and no person granted. */
export interface MissingGrants {
  readonly origins: readonly string[];
  /** By their names. */
  readonly secrets: readonly string[];
}

/** Says what nobody granted; nobody can use the release before all is. Pure. */
export function missingGrants({ manifest, grantedNet, grantedSecrets = {} }: Release): MissingGrants {
  const { net, secrets = [] } = manifest.permissions;
  return {
    origins: net.filter((origin) => !grantedNet.includes(origin)),
    secrets: secrets.filter((name) => !Object.hasOwn(grantedSecrets, name)),
  };
}

import { isSecretOption, MASK, maskByName, maskConnString } from "@gluttony/model";

export { isSecretOption, MASK };

/** A reference to a secret of the worker is not the secret, and a mask over it would destroy it when it is saved again. */
const reference = /^\$\{[A-Za-z][\w-]*:[^}]*\}$/;

/** A configuration that may be shown. Pure. */
export function maskConfig(
  config: { readonly [name: string]: string },
  types: ReadonlyMap<string, string> = new Map(),
): { readonly [name: string]: string } {
  const shown = Object.entries(config).map(([name, value]): [string, string] => {
    if (isSecretOption(name, types.get(name)))
      return [name, value === "" || reference.test(value) ? value : MASK];
    return [name, maskOption(value)];
  });
  return Object.fromEntries(shown);
}

const url = /^\s*(?:jdbc:)?[a-z][a-z0-9+.-]*(?::[a-z0-9]+)*:\/\//i;

/** The value of an option that is no secret by its name, without those that stand in it. Pure. */
export function maskOption(value: string): string {
  return maskByName(url.test(value) ? maskConnString(value) : value);
}

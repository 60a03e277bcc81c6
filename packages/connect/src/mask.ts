import { isSecretOption, MASK } from "@gluttony/model";

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
    return [name, maskUrls(value)];
  });
  return Object.fromEntries(shown);
}

/** Masks the user part of every URL in a text, and the values of parameters that are named like secrets. Pure. */
export function maskUrls(text: string): string {
  return text
    .replaceAll(/([a-z][a-z0-9+.-]*:\/\/)[^\s/?#]*@/gi, `$1${MASK}@`)
    .replaceAll(
      /((?:pass(?:word|wd|phrase)?|pwd|secret|token)\s*[=:]\s*)(?:"[^"]*"|'[^']*'|[^\s&;,]+)/gi,
      `$1${MASK}`,
    );
}

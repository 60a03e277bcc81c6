/** Names of the environment whose values may stand in a manifest or a configuration as `${env:NAME}`. */
export const hostReferences: readonly string[] = ["EMPI_HOST", "CDSS_HOST", "DATASYNC_HOST", "OMIGA_HOST"];

/** Whether a text stands for one of the host's own settings. */
export function isHostReference(text: string): boolean {
  return hostReferences.some((name) => text === `\${env:${name}}`);
}

/** Whether a text is an origin and nothing besides. */
export function isOrigin(text: string): boolean {
  try {
    const { protocol, origin } = new URL(text);
    return (protocol === "http:" || protocol === "https:") && origin === text;
  } catch {
    return false;
  }
}

/** Whether a value can name a secret. */
export function isSecretName(value: unknown): value is string {
  return typeof value === "string" && /^[a-z0-9][a-z0-9-]{0,63}$/.test(value);
}

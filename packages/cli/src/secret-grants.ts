import { isSecretName } from "@gluttony/core";
import { type Fault, GluttonyError } from "@gluttony/model";
import { isReference } from "@gluttony/postgres";

/**
 * Reads grants of secrets as a person types them, `name=${env:NAME}` or `name=${file:/path}`. Throws `config.invalid` with
 * every fault; what stands where the reference should is not repeated, it may be the secret itself.
 */
export function secretGrantsOf(written: readonly string[]): { readonly [name: string]: string } {
  const faults: Fault[] = [];
  const grants = written.flatMap((text) => {
    const at = text.indexOf("=");
    const [name, reference] = [text.slice(0, Math.max(0, at)), text.slice(at + 1)];
    if (isSecretName(name) && isReference(reference)) return [[name, reference] as const];
    const path = `--grant-secret ${isSecretName(name) ? name : ""}`.trim();
    const message = "Must be a name and where its value lies.";
    faults.push({ path, message, suggestion: "token=${file:/run/secrets/token}" });
    return [];
  });
  if (faults.length > 0) throw new GluttonyError("config.invalid", { option: "--grant-secret" }, { faults });
  return Object.fromEntries(grants);
}

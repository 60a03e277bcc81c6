import type { EnvironmentSource } from "./parse-environment.ts";

/** A name of the environment, as people may see it. */
export interface ShownVariable {
  readonly name: string;
  readonly source: "environment" | "file" | "default";
  readonly isSecret: boolean;
  /** Null where it is a secret, or nothing is set. */
  readonly value: string | null;
}

/** Says of each name where its value comes from; a secret's value is never in it. Pure. */
export function shownEnvironment(
  env: EnvironmentSource["env"],
  { names, secrets }: { readonly names: readonly string[]; readonly secrets: readonly string[] },
): readonly ShownVariable[] {
  const isSet = (name: string): boolean => (env[name] ?? "").trim() !== "";
  const files = new Set(secrets.map((name) => `${name}_FILE`));
  return [...new Set([...names, ...secrets])]
    .filter((name) => !files.has(name))
    .toSorted()
    .map((name) => {
      const isSecret = secrets.includes(name);
      if (isSecret && isSet(`${name}_FILE`)) return { name, source: "file", isSecret, value: null };
      if (!isSet(name)) return { name, source: "default", isSecret, value: null };
      return { name, source: "environment", isSecret, value: isSecret ? null : (env[name] ?? "").trim() };
    });
}

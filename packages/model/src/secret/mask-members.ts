import { isSecretOption, MASK } from "./secret-names.ts";

const reference = /^\$\{[A-Za-z][\w-]*:[^{}]*\}$/;
/** Levels of a value that are looked into; what lies deeper is left out. */
const depthMax = 40;

/**
 * A value of JSON in which every text whose member is named like a secret is masked, however deep it lies. References and empty texts
 * stay: they are no secrets, and tell what is wrong. Pure.
 */
export function maskMembers(value: unknown, depth = 0): unknown {
  if (depth > depthMax) return MASK;
  if (Array.isArray(value)) return value.map((item: unknown) => maskMembers(item, depth + 1));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]: [string, unknown]) => [name, maskMember(name, one, depth)]),
  );
}

function maskMember(name: string, value: unknown, depth: number): unknown {
  if (typeof value !== "string") return maskMembers(value, depth + 1);
  const isShown = value === "" || reference.test(value) || !isSecretOption(name);
  return isShown ? value : MASK;
}

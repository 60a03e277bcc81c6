import { MASK, isSecretOption, maskOption } from "../mask.ts";
import type { CodedFault } from "./coded-fault.ts";

/** A configuration as a person writes it. Null takes an option away. */
export interface FormConfig {
  readonly [option: string]: string | number | boolean | null;
}

export interface MergedConfig {
  readonly config: { readonly [option: string]: string };
  readonly faults: readonly CodedFault[];
}

interface Config {
  readonly [option: string]: string;
}

/** What lists and pages show instead of a secret; older ones showed fewer stars. */
const masks = /^(?:\*{3,}|•{3,})$/;

/**
 * The configuration that a form means, as texts. A secret that is left out or shown back is the one that runs; null takes it away.
 * A mask with nothing behind it is refused: stored, it would become the password. Pure.
 */
export function mergeForm(form: FormConfig, running: Config | null): MergedConfig {
  const faults: CodedFault[] = [];
  const kept = Object.entries(running ?? {}).filter(
    ([option]) => isSecretOption(option) && !Object.hasOwn(form, option),
  );
  const written = Object.entries(form).flatMap(([option, value]): readonly (readonly [string, string])[] => {
    if (value === null) return [];
    const text = meantText(option, String(value), running);
    if (text !== null) return [[option, text]];
    faults.push(maskFault(option));
    return [];
  });
  return { config: Object.fromEntries([...kept, ...written]), faults };
}

/** The text that is meant; null for a mask with nothing behind it. */
function meantText(option: string, text: string, running: Config | null): string | null {
  const before = running !== null && Object.hasOwn(running, option) ? running[option] : undefined;
  if (isSecretOption(option)) return masks.test(text) ? (before ?? null) : text;
  if (!text.includes(MASK)) return text;
  return before !== undefined && maskOption(before) === text ? before : null;
}

function maskFault(option: string): CodedFault {
  return {
    code: "connect.secret_masked",
    path: `config.${option.slice(0, 80)}`,
    message: "Shows a mask, and nothing is stored that it could stand for.",
    suggestion: "Write the secret itself, or a reference to it.",
  };
}

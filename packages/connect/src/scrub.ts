import { formsOf, MASK, maskByName } from "@gluttony/model";

/** What must not and what may stay in a text of Kafka Connect. */
export interface ScrubRules {
  /** Secrets in clear; every form of them is taken out. */
  readonly secrets: readonly string[];
  /** Takes out what the process knows besides; left out where it knows nothing. */
  readonly hide?: (text: string) => string;
  /** Names of ours that may stay where the text quotes something: tables, slots, databases. */
  readonly known: readonly string[];
}

const LINE_LENGTH_MAX = 300;
/** Texts of the worker are cut before they are searched. */
const TEXT_LENGTH_MAX = 10_000;

/**
 * The first line of a text of Kafka Connect, fit for logs and errors: without secrets in any form, without control
 * characters, and without what it quotes, because Debezium quotes row values. Pure.
 */
export function scrubLine(text: string, { secrets, known, hide = asItIs }: ScrubRules): string {
  const first = text.slice(0, TEXT_LENGTH_MAX).trim().split(/\r?\n/, 1)[0] ?? "";
  const withoutSecrets = secrets
    .flatMap(formsOf)
    .reduce((line, form) => line.replaceAll(form, MASK), hide(first));
  const withoutUrls = maskByName(withoutSecrets).replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, " ");
  const unquoted = withoutQuoted(withoutUrls, new Set(known));
  // Names in other scripts and long numbers can be a person's, also where nothing quotes them.
  return unquoted.replaceAll(/[^\x20-\x7e…]+|\d{7,}/g, "…").slice(0, LINE_LENGTH_MAX);
}

const quotes = /"([^"]*)"|'([^']*)'|“([^”]*)”|\[([^\]]*)\]|\{([^}]*)\}|\(([^)]*)\)=\(([^)]*)\)/g;

function withoutQuoted(line: string, known: ReadonlySet<string>): string {
  return line.replaceAll(quotes, (whole, ...groups: readonly unknown[]) => {
    const quoted = groups.slice(0, 7).find((group): group is string => typeof group === "string") ?? "";
    return known.has(quoted) ? whole : "…";
  });
}

function asItIs(text: string): string {
  return text;
}

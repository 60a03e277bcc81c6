import { isSecretOption, maskConfig } from "../mask.ts";

/** One option that would be, or is, another one. Secrets are masked; that they differ is all that is told. */
export interface OptionChange {
  readonly option: string;
  /** Null when it is not set. */
  readonly before: string | null;
  readonly after: string | null;
  readonly isSecret: boolean;
}

interface Config {
  readonly [option: string]: string;
}

/** What changes from one configuration to another, in the order of the names. Everything is compared as text. Pure. */
export function diffConfig(before: Config, after: Config): readonly OptionChange[] {
  const [shownBefore, shownAfter] = [maskConfig(before), maskConfig(after)];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .toSorted()
    .filter((option) => own(before, option) !== own(after, option))
    .map((option) => ({
      option,
      before: own(shownBefore, option),
      after: own(shownAfter, option),
      isSecret: isSecretOption(option),
    }));
}

function own(config: Config, option: string): string | null {
  return Object.hasOwn(config, option) ? (config[option] ?? null) : null;
}

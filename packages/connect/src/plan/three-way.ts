import { isSecretOption, maskConfig } from "../mask.ts";
import { type OptionChange, diffConfig } from "./diff-config.ts";

interface Config {
  readonly [option: string]: string;
}

/** What is to be written, and where what runs will still differ from what is wanted. */
export interface ThreeWay {
  readonly config: Config;
  /** Options that somebody else changed; only a plan changes them back. */
  readonly drift: readonly OptionChange[];
}

/** What is kept of a configuration that was applied: enough to tell a person's change from our own, and no secret. Pure. */
export function rememberedConfig(config: Config): Config {
  const shown = Object.entries(maskConfig(config)).filter(([option]) => !isSecretOption(option));
  return Object.fromEntries(shown);
}

/**
 * Brings what is wanted to what runs without undoing what somebody else changed: only options that are wanted otherwise than when
 * they were last applied are written. Secrets always follow what is wanted, since they rotate. Without a memory of what was
 * applied, or without a connector, everything is written. Pure.
 */
export function threeWay(wanted: Config, applied: Config | null, running: Config | null): ThreeWay {
  if (running === null || applied === null) return { config: wanted, drift: [] };
  const remembered = rememberedConfig(wanted);
  const secrets = Object.keys(running).filter((option) => isSecretOption(option));
  const options = new Set([...Object.keys(applied), ...Object.keys(wanted), ...secrets]);
  const config = new Map(Object.entries(running));
  for (const option of options) {
    const isOurs = isSecretOption(option) || own(remembered, option) !== own(applied, option);
    if (!isOurs) continue;
    const value = own(wanted, option);
    if (value === undefined) config.delete(option);
    else config.set(option, value);
  }
  const merged = Object.fromEntries(config);
  return { config: merged, drift: diffConfig(wanted, merged) };
}

function own(config: Config, option: string): string | undefined {
  return Object.hasOwn(config, option) ? config[option] : undefined;
}

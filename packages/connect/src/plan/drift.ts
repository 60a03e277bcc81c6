import { type OptionChange, diffConfig } from "./diff-config.ts";
import { rememberedConfig } from "./three-way.ts";

interface Config {
  readonly [option: string]: string;
}

/** Options that somebody else changed since we last applied them; secrets are not compared. Pure. */
export function driftOf(applied: Config | null, running: Config | null): readonly OptionChange[] {
  return applied === null || running === null ? [] : diffConfig(applied, rememberedConfig(running));
}

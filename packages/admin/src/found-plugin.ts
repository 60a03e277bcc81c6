import { GluttonyError } from "@gluttony/model";
import type { PluginDesk, SeenPlugin, SeenRelease } from "./plugin-ports.ts";

/** The plugin of a name; throws `plugin.unknown`. */
export async function foundPlugin(name: string, plugins: PluginDesk): Promise<SeenPlugin> {
  const plugin = await plugins.get(name);
  if (plugin === null) throw new GluttonyError("plugin.unknown");
  return plugin;
}

/** One release of it; throws `plugin.release_unknown`. */
export function foundRelease({ releases }: SeenPlugin, version: string): SeenRelease {
  const release = releases.find((one) => one.version === version);
  if (release === undefined) throw new GluttonyError("plugin.release_unknown");
  return release;
}

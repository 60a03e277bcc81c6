import { Command } from "commander";
import { type OutputFormat, printListing } from "../output/print.ts";
import { atPluginDesk } from "../plugin-desk.ts";
import { outputOption } from "./common-options.ts";
import { fencesHere, fencesWord } from "../plugins/fences-here.ts";
import { stateAmong } from "../plugins/release-state.ts";

/** `gluttony plugin list`. */
export function listCommand(): Command {
  return new Command("list")
    .description("list installed releases, whether they serve, and how they are fenced on this machine")
    .addOption(outputOption())
    .action(list);
}

async function list({ output }: { readonly output: OutputFormat }): Promise<void> {
  const listed = await atPluginDesk(async (stores, settings) => {
    const names = await stores.plugins.packages();
    const standings = await Promise.all(names.map((name) => stores.plugins.standing(name)));
    const fencesOf = fencesHere(settings);
    const releases = await stores.releases.list();
    return releases.map((release) => ({
      ...release,
      state: stateAmong(standings, release),
      fences: fencesOf(release),
    }));
  });
  const rows = listed.map((release) => [
    release.package,
    release.version,
    release.state,
    release.treeHash.slice(0, 12),
    release.manifest.handlers.map((handler) => handler.name).join(", "),
    release.grantedNet.join(", ") || "–",
    fencesWord(release.fences),
  ]);
  const header = ["PACKAGE", "VERSION", "STATE", "TREE", "HANDLERS", "GRANTED", "FENCES"];
  printListing({ header, rows, value: listed }, output);
}

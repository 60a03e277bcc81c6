import { GluttonyError } from "@gluttony/model";
import type { NotedPluginDeed } from "@gluttony/postgres";
import { Command } from "commander";
import { type OutputFormat, printJson, printLines } from "../output/print.ts";
import { tableLines } from "../output/table.ts";
import { atPluginDesk } from "../plugin-desk.ts";
import { parsePackage } from "../release-reference.ts";
import { outputOption } from "./common-options.ts";
import { fencesHere, fencesWord } from "../plugins/fences-here.ts";
import { readShownPlugin, type ShownRelease, type ShownShadow } from "../plugins/shown-plugin.ts";
import { shadowLines } from "./plugin-shadows.ts";

const deedsShown = 10;

/** `gluttony plugin show`. */
export function showCommand(): Command {
  return new Command("show")
    .description("show a plugin's releases, whom each serves or shadows, and what was done to it")
    .argument("<package>", "the plugin")
    .addOption(outputOption())
    .action(show);
}

async function show(text: string, { output }: { readonly output: OutputFormat }): Promise<void> {
  const name = parsePackage(text);
  const { plugin, deeds } = await atPluginDesk(async (stores, settings) => ({
    plugin: await readShownPlugin(name, stores, fencesHere(settings)),
    deeds: await stores.plugins.history(name),
  }));
  if (plugin === null) throw new GluttonyError("plugin.not_installed", { plugin: name });
  const releases = plugin.releases.map(({ release: _, ...shown }) => shown);
  const consumers = plugin.users.map(({ id: _, pin, ...user }) => ({ ...user, pin: pin?.version ?? null }));
  if (output === "json") printJson({ package: name, releases, consumers, deeds });
  else {
    const parts = [releaseLines(releases), hostLines(releases), consumerLines(consumers)];
    const shadows = shadowLines(consumers);
    const all = [...parts, ...(shadows.length === 0 ? [] : [shadows]), deedLines(deeds)];
    printLines(all.flatMap((lines, index) => (index === 0 ? lines : ["", ...lines])));
  }
}

type PrintedRelease = Omit<ShownRelease, "release">;

function releaseLines(releases: readonly PrintedRelease[]): readonly string[] {
  const rows = releases.map(({ version, state, previous, hosts, isComplete, verification, fences }) => [
    version,
    state,
    isComplete === null ? "–" : `${hosts.filter((host) => host.isReady === true).length} of ${hosts.length}`,
    previous ?? "–",
    verification === null ? "–" : `${verification.from} (${verification.level})`,
    fences === null ? "–" : fencesWord(fences),
  ]);
  return tableLines(["RELEASE", "STATE", "READY ON", "CAME AFTER", "FROM", "FENCES HERE"], rows);
}

/** One line a live host and release that serves: whether it is ready there, and why not. */
function hostLines(releases: readonly PrintedRelease[]): readonly string[] {
  const rows = releases.flatMap(({ hosts }) =>
    hosts.map(({ hostId, version, isReady, message, code }) => [
      hostId,
      version,
      isReady === null ? "not yet" : isReady ? "ready" : (code ?? "not ready"),
      message ?? "–",
    ]),
  );
  return tableLines(["HOST", "RELEASE", "READY", "WHY NOT"], rows);
}

function consumerLines(
  consumers: readonly {
    readonly name: string;
    readonly handler: string;
    readonly served: string | null;
    readonly pin: string | null;
    readonly shadow: ShownShadow | null;
  }[],
): readonly string[] {
  const rows = consumers.map(({ name, handler, served, pin, shadow }) => [
    name,
    handler,
    served ?? "none",
    pin ?? "–",
    shadow?.version ?? "–",
  ]);
  return tableLines(["CONSUMER", "HANDLER", "SERVED BY", "PIN", "SHADOW"], rows);
}

function deedLines(deeds: readonly NotedPluginDeed[]): readonly string[] {
  const rows = deeds
    .slice(0, deedsShown)
    .map(({ at, actor, deed, version, consumerId, reason }) => [
      at.toISOString(),
      actor,
      deed,
      version ?? "–",
      consumerId ?? "all",
      reason ?? "–",
    ]);
  return tableLines(["AT", "WHO", "DEED", "RELEASE", "CONSUMER", "WHY"], rows);
}

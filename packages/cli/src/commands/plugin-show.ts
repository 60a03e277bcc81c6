import { type PluginStanding, type ReleaseStanding, servedVersion, usersOf } from "@gluttony/core";
import { GluttonyError, type Release } from "@gluttony/model";
import type { HostReadinessRow, NotedPluginDeed } from "@gluttony/postgres";
import { Command } from "commander";
import { type OutputFormat, printJson, printLines, printListing } from "../output/print.ts";
import { tableLines } from "../output/table.ts";
import { atPluginDesk } from "../plugin-desk.ts";
import { parsePackage } from "../release-reference.ts";
import { outputOption } from "./common-options.ts";

const deedsShown = 10;

/** `gluttony plugin list`. */
export function listCommand(): Command {
  return new Command("list")
    .description("list installed releases and whether they serve")
    .addOption(outputOption())
    .action(list);
}

/** `gluttony plugin show`. */
export function showCommand(): Command {
  return new Command("show")
    .description("show a plugin's releases, whom each serves, and what was done to it")
    .argument("<package>", "the plugin")
    .addOption(outputOption())
    .action(show);
}

async function list({ output }: { readonly output: OutputFormat }): Promise<void> {
  const { releases, standings } = await atPluginDesk(async (stores) => {
    const names = await stores.plugins.packages();
    return {
      releases: await stores.releases.list(),
      standings: await Promise.all(names.map((name) => stores.plugins.standing(name))),
    };
  });
  const listed = releases.map((release) => ({ ...release, state: stateIn(standings, release) }));
  const rows = listed.map((release) => [
    release.package,
    release.version,
    release.state,
    release.treeHash.slice(0, 12),
    release.manifest.handlers.map((handler) => handler.name).join(", "),
    release.grantedNet.join(", ") || "–",
  ]);
  printListing(
    { header: ["PACKAGE", "VERSION", "STATE", "TREE", "HANDLERS", "GRANTED"], rows, value: listed },
    output,
  );
}

async function show(text: string, { output }: { readonly output: OutputFormat }): Promise<void> {
  const name = parsePackage(text);
  const { standing, deeds, readiness } = await atPluginDesk(async ({ plugins }) => ({
    standing: await plugins.standing(name),
    deeds: await plugins.history(name),
    readiness: await plugins.readiness(name),
  }));
  if (standing.releases.length === 0) throw new GluttonyError("plugin.not_installed", { plugin: name });
  const releases = standing.releases.map((release) => shownRelease(standing, release, readiness));
  const consumers = usersOf(standing).map((user) => ({
    name: user.name,
    handler: user.ref?.canonical ?? "",
    served: servedVersion(standing, user) ?? null,
    pin: user.pin?.version ?? null,
  }));
  if (output === "json") printJson({ package: name, releases, consumers, deeds });
  else {
    const parts = [releaseLines(releases), hostLines(releases), consumerLines(consumers), deedLines(deeds)];
    printLines(parts.flatMap((lines, index) => (index === 0 ? lines : ["", ...lines])));
  }
}

/** A release as it is shown. Hosts count only for releases that serve somebody. */
interface ShownRelease extends ReleaseStanding {
  readonly state: string;
  readonly hosts: readonly HostReadinessRow[];
  /** Whether every live host is ready to run it; null when nobody is served by it, or no host lives. */
  readonly isComplete: boolean | null;
}

function shownRelease(
  standing: PluginStanding,
  release: ReleaseStanding,
  readiness: readonly HostReadinessRow[],
): ShownRelease {
  const state = stateOf(standing, release);
  const isServing = state === "active" || state === "pinned";
  const hosts = isServing ? readiness.filter(({ version }) => version === release.version) : [];
  const isComplete = hosts.length === 0 ? null : hosts.every(({ isReady }) => isReady === true);
  return { ...release, state, hosts, isComplete };
}

function releaseLines(releases: readonly ShownRelease[]): readonly string[] {
  const rows = releases.map(({ version, state, previous, hosts, isComplete, verification }) => [
    version,
    state,
    isComplete === null ? "–" : `${hosts.filter((host) => host.isReady === true).length} of ${hosts.length}`,
    previous ?? "–",
    verification === null ? "–" : `${verification.from} (${verification.level})`,
  ]);
  return tableLines(["RELEASE", "STATE", "READY ON", "CAME AFTER", "FROM"], rows);
}

/** One line a live host and release that serves: whether it is ready there, and why not. */
function hostLines(releases: readonly ShownRelease[]): readonly string[] {
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
  consumers: readonly { name: string; handler: string; served: string | null; pin: string | null }[],
): readonly string[] {
  const rows = consumers.map(({ name, handler, served, pin }) => [
    name,
    handler,
    served ?? "none",
    pin ?? "–",
  ]);
  return tableLines(["CONSUMER", "HANDLER", "SERVED BY", "PIN"], rows);
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

function stateIn(standings: readonly PluginStanding[], release: Release): string {
  const standing = standings.find((one) => one.package === release.package);
  const found = standing?.releases.find(({ version }) => version === release.version);
  return standing === undefined || found === undefined ? "installed" : stateOf(standing, found);
}

/** `active`, else `pinned` for some consumers, else `previous` of one that serves, else `installed`. */
function stateOf(standing: PluginStanding, { version, isActive }: ReleaseStanding): string {
  if (isActive) return "active";
  const users = usersOf(standing);
  if (users.some(({ pin }) => pin?.version === version)) return "pinned";
  const isPrevious =
    standing.releases.some((one) => one.isActive && one.previous === version) ||
    users.some(({ pin }) => pin?.previous === version);
  return isPrevious ? "previous" : "installed";
}

import { type PluginStanding, type ReleaseStanding, servedVersion, usersOf } from "@gluttony/core";
import { GluttonyError, type Release } from "@gluttony/model";
import type { HostReadinessRow, NotedPluginDeed, ShadowCountRow } from "@gluttony/postgres";
import { Command } from "commander";
import { type OutputFormat, printJson, printLines } from "../output/print.ts";
import { tableLines } from "../output/table.ts";
import { atPluginDesk } from "../plugin-desk.ts";
import { parsePackage } from "../release-reference.ts";
import { outputOption } from "./common-options.ts";
import { fencesHere, fencesWord, type ShownFences } from "./plugin-fences.ts";
import { shadowLines } from "./plugin-shadows.ts";
import { isServing, type ReleaseState, releaseStateOf } from "./plugin-state.ts";

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
  const { standing, deeds, readiness, counts, installed, fencesOf } = await atPluginDesk(
    async ({ plugins, releases }, settings) => ({
      standing: await plugins.standing(name),
      deeds: await plugins.history(name),
      readiness: await plugins.readiness(name),
      counts: await plugins.shadowCounts(name),
      installed: await releases.list(),
      fencesOf: fencesHere(settings),
    }),
  );
  if (standing.releases.length === 0) throw new GluttonyError("plugin.not_installed", { plugin: name });
  const releases = standing.releases.map((release) => {
    const found = installed.find((one) => one.package === name && one.version === release.version);
    return shownRelease(standing, release, { readiness, found, fencesOf });
  });
  const consumers = usersOf(standing).map((user) => ({
    name: user.name,
    handler: user.ref?.canonical ?? "",
    served: servedVersion(standing, user) ?? null,
    pin: user.pin?.version ?? null,
    shadow: user.shadow === null ? null : shadowOf(user.shadow, user.id, counts),
  }));
  if (output === "json") printJson({ package: name, releases, consumers, deeds });
  else {
    const parts = [releaseLines(releases), hostLines(releases), consumerLines(consumers)];
    const shadows = shadowLines(consumers);
    const all = [...parts, ...(shadows.length === 0 ? [] : [shadows]), deedLines(deeds)];
    printLines(all.flatMap((lines, index) => (index === 0 ? lines : ["", ...lines])));
  }
}

/** What shadows a consumer, and how it compares on all hosts together. */
interface ShownShadow {
  readonly version: string;
  readonly counts: readonly Omit<ShadowCountRow, "consumerId">[];
}

function shadowOf(version: string, id: string, counts: readonly ShadowCountRow[]): ShownShadow {
  const own = counts.filter((one) => one.consumerId === id);
  return { version, counts: own.map(({ kind, live, shadow, count }) => ({ kind, live, shadow, count })) };
}

/** A release as it is shown. Hosts count only for releases that serve somebody. */
interface ShownRelease extends ReleaseStanding {
  readonly state: ReleaseState;
  readonly hosts: readonly HostReadinessRow[];
  /** Whether every live host is ready to run it; null when nobody is served by it, or no host lives. */
  readonly isComplete: boolean | null;
  /** On this machine; null for one that was uninstalled meanwhile. */
  readonly fences: ShownFences | null;
}

interface ReleaseKnowledge {
  readonly readiness: readonly HostReadinessRow[];
  readonly found: Release | undefined;
  readonly fencesOf: (release: Release) => ShownFences;
}

function shownRelease(
  standing: PluginStanding,
  release: ReleaseStanding,
  { readiness, found, fencesOf }: ReleaseKnowledge,
): ShownRelease {
  const state = releaseStateOf(standing, release);
  const hosts = isServing(state) ? readiness.filter(({ version }) => version === release.version) : [];
  const isComplete = hosts.length === 0 ? null : hosts.every(({ isReady }) => isReady === true);
  return { ...release, state, hosts, isComplete, fences: found === undefined ? null : fencesOf(found) };
}

function releaseLines(releases: readonly ShownRelease[]): readonly string[] {
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

import type { PluginDesk, UpgradeFacts, UsedPlugin } from "@gluttony/admin";
import {
  cellMachine,
  firstPartyPackages,
  firstPartyRelease,
  type HostLog,
  parseHandlerFunc,
  type ReferenceValues,
  upgradeFacts,
  type UpgradingUse,
  usersOf,
} from "@gluttony/core";
import { type ConsumerRow, GluttonyError, type JsonObject, type Release } from "@gluttony/model";
import { firstPartyFrom } from "./first-party.ts";
import type { Settings } from "./parse-environment.ts";
import { fencesHere } from "./plugins/fences-here.ts";
import { installRelease } from "./plugins/install-release.ts";
import { keepingSecrets } from "./plugins/keeping-secrets.ts";
import { readShownPlugin, shownUser } from "./plugins/shown-plugin.ts";
import { uninstallRelease } from "./plugins/uninstall-release.ts";
import type { Stores } from "./stores.ts";

/** What the desk works with. */
export interface DeskParts {
  readonly stores: Pick<Stores, "plugins" | "releases">;
  readonly settings: Settings;
  /** The targets' addresses that settings of plugins may refer to. */
  readonly env: ReferenceValues;
  readonly log: HostLog;
}

/** What the admin API does to plugins: the same as the commands, on the same stores. */
export function pluginDeskOf({ stores, settings, env, log }: DeskParts): PluginDesk {
  const fencesOf = fencesHere(settings);
  const machine = cellMachine(settings.cells);
  let isInstalling = false;
  return {
    packages: () => stores.plugins.packages(),
    get: (name) => readShownPlugin(name, stores, fencesOf),
    history: (name) => stores.plugins.history(name),
    usedBy: (row) => usedBy(row, stores),
    perform: async (name, deed, by) => (await stores.plugins.perform(name, deed, by)).changes,
    install: async ({ source, registry, grantNet, activates }, by) => {
      // Each takes memory for a trial and room in the store; a second one is asked again later.
      if (isInstalling) throw new GluttonyError("plugin.install_busy");
      isInstalling = true;
      try {
        const asked = { wish: { grantNet, grantSecrets: {}, activates }, by };
        const releases = keepingSecrets(stores.releases);
        return await installRelease({ published: source, registry }, asked, { releases, settings, log });
      } finally {
        isInstalling = false;
      }
    },
    uninstall: async (release, by) => {
      await uninstallRelease(release, by, { stores, settings });
    },
    upgradeOf: async (row, name, version) => {
      const use = await upgradingUse(row, name, stores);
      const { from, to } = await releasesOf(use, { name, version }, stores);
      const {
        handler,
        settings: changes,
        permissions,
        blockers,
      } = upgradeFacts(use, { from, to }, { machine, env });
      const { protocols, node, limits } = to.manifest;
      return {
        package: name,
        from: from?.version ?? use.served,
        to: to.version,
        treeHash: to.treeHash,
        handler,
        settings: changes,
        permissions,
        protocols,
        node: node ?? null,
        memoryMb: { from: from?.manifest.limits.memoryMb ?? null, to: limits.memoryMb },
        blockers: blockers.map(({ code, message, faults }) => ({ code, message, faults })),
      } satisfies UpgradeFacts;
    },
  };
}

/** The plugin of a consumer's handler, and what serves it; null when the handler cannot be read. */
async function usedBy(row: ConsumerRow, { plugins }: DeskParts["stores"]): Promise<UsedPlugin | null> {
  const parsed = parseHandlerFunc(row.handlerFunc, { builtins: Object.keys(firstPartyPackages) });
  if ("fault" in parsed) return null;
  const { ref } = parsed;
  const shipped = shippedName(ref);
  const nothing = { handler: ref.canonical, served: null, pin: null, shadow: null };
  if (shipped !== undefined) {
    const { version } = await firstPartyRelease(shipped, firstPartyFrom);
    return { ...nothing, package: shipped, isShipped: true, served: version };
  }
  const [standing, counts] = await Promise.all([
    plugins.standing(ref.package),
    plugins.shadowCounts(ref.package),
  ]);
  const user = usersOf(standing).find(({ id }) => id === row.id);
  if (user === undefined) return { ...nothing, package: ref.package, isShipped: false };
  const { handler, served, pin, shadow } = shownUser(standing, user, counts);
  return { package: ref.package, isShipped: false, handler, served, pin, shadow };
}

function shippedName(ref: { readonly scheme: string; readonly package: string }): string | undefined {
  if (ref.scheme === "builtin") return firstPartyPackages[ref.package];
  return Object.values(firstPartyPackages).find((name) => name === ref.package);
}

/** A consumer's use of the plugin, and the release that serves it now. */
interface UpgradingRow extends UpgradingUse {
  readonly served: string | null;
}

async function upgradingUse(
  row: ConsumerRow,
  name: string,
  stores: DeskParts["stores"],
): Promise<UpgradingRow> {
  const parsed = parseHandlerFunc(row.handlerFunc, { builtins: Object.keys(firstPartyPackages) });
  const used = await usedBy(row, stores);
  if (used?.isShipped === true && used.package === name)
    throw new GluttonyError("plugin.shipped", { plugin: name });
  if ("fault" in parsed || used === null || used.package !== name) {
    const names = used?.package ?? "what cannot be read";
    throw new GluttonyError("plugin.consumer_uses_another", { plugin: name, consumer: row.name, names });
  }
  return { ref: parsed.ref, config: handlerConfigOf(row.configuration), served: used.served };
}

async function releasesOf(
  { served }: UpgradingRow,
  { name, version }: { readonly name: string; readonly version: string },
  { releases }: DeskParts["stores"],
): Promise<{ readonly from: Release | null; readonly to: Release }> {
  const installed = (await releases.list()).filter((one) => one.package === name);
  const to = installed.find((one) => one.version === version);
  if (to === undefined) {
    const versions = installed.map((one) => one.version);
    throw new GluttonyError("plugin.release_unknown", { plugin: name, version, installed: versions });
  }
  return { from: installed.find((one) => one.version === served) ?? null, to };
}

/** The settings of a row's handler, as they are written; none where they are no object. */
export function handlerConfigOf(configuration: unknown): JsonObject {
  const isObject = typeof configuration === "object" && configuration !== null;
  const handler: unknown = isObject ? Reflect.get(configuration, "handler") : undefined;
  if (typeof handler !== "object" || handler === null || Array.isArray(handler)) return {};
  return Object.fromEntries(Object.entries(handler));
}

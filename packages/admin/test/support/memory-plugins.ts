import { type ConsumerRow, GluttonyError } from "@gluttony/model";
import type {
  InstalledRelease,
  InstallWish,
  NotedDeed,
  PluginActor,
  PluginChange,
  PluginDeed,
  PluginDesk,
  SeenPlugin,
  UpgradeFacts,
  UsedPlugin,
} from "../../src/plugin-ports.ts";

/** Installed plugins in memory; deeds are noted and change nothing. */
export class MemoryPlugins implements PluginDesk {
  readonly seen: SeenPlugin[] = [];
  readonly noted: NotedDeed[] = [];
  readonly done: { readonly packageName: string; readonly deed: PluginDeed; readonly by: PluginActor }[] = [];
  readonly asked: { readonly wish: InstallWish; readonly by: PluginActor }[] = [];
  readonly removed: string[] = [];
  /** What the next install gives; without it the policy allows nothing. */
  installed: InstalledRelease | null = null;
  used: UsedPlugin | null = null;
  upgrade: UpgradeFacts | null = null;

  async packages(): Promise<readonly string[]> {
    return this.seen.map((plugin) => plugin.package);
  }

  async get(packageName: string): Promise<SeenPlugin | null> {
    return this.seen.find((plugin) => plugin.package === packageName) ?? null;
  }

  async history(): Promise<readonly NotedDeed[]> {
    return this.noted;
  }

  async usedBy(_consumer: ConsumerRow): Promise<UsedPlugin | null> {
    return this.used;
  }

  async perform(packageName: string, deed: PluginDeed, by: PluginActor): Promise<readonly PluginChange[]> {
    if ((await this.get(packageName)) === null) throw new GluttonyError("plugin.not_installed");
    this.done.push({ packageName, deed, by });
    const version = "version" in deed ? { version: deed.version } : {};
    const consumerId = "consumer" in deed && deed.consumer !== null ? { consumerId: deed.consumer } : {};
    return [{ do: deed.do, ...version, ...consumerId }];
  }

  async install(wish: InstallWish, by: PluginActor): Promise<InstalledRelease> {
    this.asked.push({ wish, by });
    if (this.installed === null) throw new GluttonyError("plugin.not_allowed", { plugin: wish.source });
    return this.installed;
  }

  async uninstall({ package: name, version }: { package: string; version: string }): Promise<void> {
    const plugin = await this.get(name);
    const users = plugin?.users.filter((user) => user.pin?.version === version) ?? [];
    if (users.length > 0)
      throw new GluttonyError("plugin.release_pinned", { consumers: users.map((user) => user.name) });
    this.removed.push(`${name}@${version}`);
  }

  async upgradeOf(_consumer: ConsumerRow, packageName: string): Promise<UpgradeFacts> {
    if (this.upgrade === null) throw new GluttonyError("plugin.release_unknown", { plugin: packageName });
    return this.upgrade;
  }
}

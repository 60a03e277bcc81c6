import type { ConfigDeed, ConfigPluginDeed, Fault, StoredConfig, StoredPlugin } from "@gluttony/model";
import { type ConfigDocument, type DocumentPlugin, documentPlugin } from "./document.ts";
import { fieldChanges, pointerPart } from "./field-changes.ts";
import { type PlannedObject, type PlannedSection, type PlanOptions, sectionOf } from "./planned.ts";

/** What a plugin without a decision is like. */
const nothing: DocumentPlugin = { active: [], pins: {} };

/**
 * Decides which releases serve and whom. Pure. Releases are named, not brought: one that is not installed is a fault.
 * Whether a consumer would be left without a release is known to whoever does the deeds.
 */
export function planPlugins(
  wanted: ConfigDocument["plugins"],
  stored: StoredConfig,
  { prune }: Pick<PlanOptions, "prune">,
): PlannedSection {
  if (wanted === undefined) return sectionOf([]);
  const nameById = new Map(stored.consumers.map(({ id, name }) => [id, name]));
  const installed = new Map(stored.plugins.map((plugin) => [plugin.package, plugin]));
  const named = Object.entries(wanted).map(([name, plugin]) =>
    writeOne(name, plugin, { plugin: installed.get(name) ?? null, nameById }),
  );
  const others = stored.plugins
    .filter((plugin) => !Object.hasOwn(wanted, plugin.package))
    .map((plugin) => otherOne(plugin, { prune, nameById }));
  return sectionOf([...named, ...others]);
}

interface Known {
  readonly plugin: StoredPlugin | null;
  readonly nameById: ReadonlyMap<string, string>;
}

function writeOne(name: string, wanted: DocumentPlugin, { plugin, nameById }: Known): PlannedObject {
  const pointer = `/plugins/${pointerPart(name)}`;
  const before = plugin === null ? nothing : documentPlugin(plugin, nameById);
  const sorted = { active: [...new Set(wanted.active)].toSorted(), pins: wanted.pins };
  const fields = fieldChanges(before, sorted);
  if (fields.length === 0) return { unchanged: 1 };
  return {
    changes: [{ kind: "plugin", name, do: "change", pointer, fields, effect: "in place" }],
    deeds: deedsBetween(before, sorted).map((deed) => ({ do: "plugin", pointer, package: name, deed })),
    faults: faultsOf(sorted, { name, installed: plugin?.installed ?? [] }).map((fault) => ({
      ...fault,
      path: `${pointer}${fault.path}`,
    })),
  };
}

function otherOne(
  plugin: StoredPlugin,
  { prune, nameById }: Pick<PlanOptions, "prune"> & Pick<Known, "nameById">,
): PlannedObject {
  const before = documentPlugin(plugin, nameById);
  const name = plugin.package;
  if (before.active.length === 0 && Object.keys(before.pins).length === 0) return {};
  if (!prune) return { left: [{ kind: "plugin", name }] };
  const deeds = deedsBetween(before, nothing).map(
    (deed): ConfigDeed => ({ do: "plugin", pointer: "/plugins", package: name, deed }),
  );
  const fields = fieldChanges(before, nothing);
  return {
    changes: [{ kind: "plugin", name, do: "delete", pointer: "/plugins", fields, effect: "in place" }],
    deeds,
  };
}

/** What serves is added before anything is taken away, so that nobody is without a release in between. */
function deedsBetween(before: DocumentPlugin, after: DocumentPlugin): readonly ConfigPluginDeed[] {
  const added = after.active.filter((version) => !before.active.includes(version));
  const gone = before.active.filter((version) => !after.active.includes(version));
  const pinned = Object.entries(after.pins).filter(
    ([consumer, version]) => before.pins[consumer] !== version,
  );
  const unpinned = Object.keys(before.pins).filter((consumer) => !Object.hasOwn(after.pins, consumer));
  return [
    ...added.map((version) => ({ do: "activate", version }) as const),
    ...pinned.map(([consumer, version]) => ({ do: "pin", version, consumer }) as const),
    ...unpinned.map((consumer) => ({ do: "unpin", consumer }) as const),
    ...gone.map((version) => ({ do: "deactivate", version }) as const),
  ];
}

function faultsOf(
  { active, pins }: DocumentPlugin,
  { name, installed }: { readonly name: string; readonly installed: readonly string[] },
): readonly Fault[] {
  const places = [
    ...active.map((version) => ({ path: "/active", version })),
    ...Object.entries(pins).map(([consumer, version]) => ({
      path: `/pins/${pointerPart(consumer)}`,
      version,
    })),
  ];
  return places
    .filter(({ version }) => !installed.includes(version))
    .map(({ path, version }) => ({
      path,
      message: `Release ${version} is not installed.`,
      suggestion: `gluttony plugin install ${name}@${version}`,
    }));
}

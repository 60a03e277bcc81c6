import {
  cellMachine,
  installFromFile,
  installFromRegistry,
  type HostLog,
  type InstallPolicy,
  type Installed,
  type InstallSettings,
  parseRegistry,
  type RegistryAddress,
  type StepWatch,
} from "@gluttony/core";
import { GluttonyError } from "@gluttony/model";
import { type PluginActor, resolveReference } from "@gluttony/postgres";
import type { Settings } from "../parse-environment.ts";
import { readPluginPolicy } from "../plugin-policy.ts";
import { parsePublished } from "../release-reference.ts";
import { storeDirOf, type Stores } from "../stores.ts";

/** What a person grants to a release and wants of it. */
export interface ReleaseWish {
  readonly grantNet: readonly string[];
  readonly grantSecrets: { readonly [name: string]: string };
  readonly activates: boolean;
}

/** Where a release comes from: a package file, or a registry, by its address or by its name in the policy. */
export type ReleaseSource =
  | { readonly file: string }
  | { readonly published: string; readonly address: RegistryAddress }
  | { readonly published: string; readonly registry: string | null };

/** What an install works with. */
export interface InstallDesk {
  readonly releases: Stores["releases"];
  readonly settings: Settings;
  readonly log: HostLog;
  readonly onStep?: StepWatch;
}

/** Installs a release as the policy of this machine allows. Throws `plugin.*`, and leaves nothing behind then. */
export async function installRelease(
  source: ReleaseSource,
  { wish, by }: { readonly wish: ReleaseWish; readonly by: PluginActor },
  { releases, settings, log, onStep }: InstallDesk,
): Promise<Installed> {
  const policy = await readPluginPolicy(settings);
  const how: InstallSettings = {
    ...wish,
    storeDir: storeDirOf(settings),
    by: by.actor,
    reason: by.reason,
    machine: cellMachine(settings.cells),
    meantNames: policy.packages.map(({ match }) => match),
    ...(onStep === undefined ? {} : { onStep }),
  };
  if ("file" in source) return installFromFile(source.file, { releases, log }, how);
  const { package: name, range } = parsePublished(source.published);
  const registry = "address" in source ? source.address : await registryOf(source.registry, policy, settings);
  return installFromRegistry({ name, range, registry, policy }, { releases, log }, how);
}

/** The registry that the policy names so, or its only one. Throws `plugin.registry_unknown`, `secret.reference_missing`. */
export async function registryOf(
  name: string | null,
  { registries = [] }: InstallPolicy,
  { secretsDir }: Settings,
): Promise<RegistryAddress> {
  const found = registries.find((one) => name === null || one.name === name);
  const isMeant = name !== null || registries.length === 1;
  if (found === undefined || !isMeant)
    throw new GluttonyError("plugin.registry_unknown", { known: registries.map((one) => one.name) });
  const token =
    found.token === null ? null : await resolveReference(found.token, { env: process.env, secretsDir });
  return parseRegistry(found.url, token);
}

import { resolve } from "node:path";
import { GluttonyError, toGluttonyError } from "@gluttony/model";
import type { Release } from "@gluttony/model";
import type { CellMachine } from "../cell/cell-machine.ts";
import { parseHandlerFunc } from "../parse-handler-func.ts";
import type { HostLog, Installation, Releases, Verification } from "../ports.ts";
import { readManifest } from "../read-manifest.ts";
import { treeHash } from "../tree-hash.ts";
import { archiveFault, checkArchive } from "./check-archive.ts";
import { checkDependencies, inspectTree } from "./inspect-tree.ts";
import { noWatch } from "./install-step.ts";
import type { StepWatch } from "./install-step.ts";
import { refuseLookAlike } from "./look-alike.ts";
import { placeRelease, releaseFolder, removeTree } from "./place-release.ts";
import { provideSdk } from "./provide-sdk.ts";
import { withStaging } from "./staging.ts";
import { tryRelease } from "./try-release.ts";
import { unpack } from "./unpack.ts";

/** What an install needs of the host. */
export interface InstallCollaborators {
  readonly releases: Releases;
  readonly log: HostLog;
}

export interface InstallSettings {
  /** The host's store of releases. */
  readonly storeDir: string;
  /** Origins that a person grants to this release. */
  readonly grantNet: readonly string[];
  /** Where each secret that a person grants lies, by its name. */
  readonly grantSecrets?: { readonly [name: string]: string };
  /** Who installs, for the history. */
  readonly by: string;
  /** Why, if the person says so. */
  readonly reason?: string | null;
  /** What the package must be, when it comes from a registry. */
  readonly expected?: { readonly name: string; readonly version: string; readonly integrity: string };
  /** How sure its origin is; a file is taken as the person gave it unless said otherwise. */
  readonly verification?: Verification;
  /** Names that are meant although they look like others. */
  readonly meantNames?: readonly string[];
  /** Whether the release serves as soon as it is installed; true unless said otherwise. */
  readonly activates?: boolean;
  /** Hears of every step and is waited for. */
  readonly onStep?: StepWatch;
  /** Whether the release is tried in a cell before it is activated; true unless a test says otherwise. */
  readonly trial?: boolean;
  /** What the machine gives to cells; the host's own Node when it is left out. */
  readonly machine?: CellMachine;
}

const ofFile: Verification = { from: "file", level: "integrity" };

/** What came of an install. */
export interface Installed {
  readonly release: Release;
  /** The package file's hash, as npm writes it. */
  readonly integrity: string;
  /** Requested origins that were not granted: nobody can use the release before they are. */
  readonly notGranted: readonly string[];
}

/**
 * Installs a package file: unpacks it beside the store, runs none of its scripts, fetches nothing, checks and
 * tries it, moves it to its place and activates it, if asked. Whatever fails, nothing or the old state is left.
 */
export async function installFromFile(
  file: string,
  collaborators: InstallCollaborators,
  settings: InstallSettings,
): Promise<Installed> {
  const integrity = await checkArchive(file);
  const { expected } = settings;
  if (expected !== undefined && expected.integrity !== integrity)
    throw new GluttonyError("plugin.integrity_wrong", { plugin: expected.name, version: expected.version });
  const { onStep = noWatch } = settings;
  return withStaging(settings.storeDir, async (staging) => {
    await onStep("staged");
    const staged = await unpack(file, integrity, staging);
    await onStep("unpacked");
    const release = await checkStaged(staged, collaborators, settings);
    await placeRelease(staged, release.root, { hash: release.treeHash, staging });
    await onStep("placed");
    const { by, reason = null, activates = true, verification = ofFile } = settings;
    const installation = { by, reason, file, integrity, activates, verification };
    await record(release, installation, collaborators.releases);
    await onStep("recorded");
    const notGranted = release.manifest.permissions.net.filter(
      (origin) => !settings.grantNet.includes(origin),
    );
    return { release, integrity, notGranted };
  });
}

/** Whoever comes second with another content for the same version leaves no folder that nobody names. */
async function record(release: Release, installation: Installation, releases: Releases): Promise<void> {
  try {
    await releases.install(release, installation);
  } catch (error) {
    if (toGluttonyError(error).code === "plugin.already_installed") await removeTree(release.root);
    throw error;
  }
}

async function checkStaged(
  staged: string,
  { releases, log }: InstallCollaborators,
  settings: InstallSettings,
): Promise<Release> {
  const {
    storeDir,
    grantNet,
    grantSecrets = {},
    trial = true,
    machine,
    expected,
    onStep = noWatch,
  } = settings;
  await inspectTree(staged);
  const { name, version, manifest } = await readManifest(staged);
  if (expected !== undefined && (expected.name !== name || expected.version !== version))
    throw new GluttonyError("plugin.package_mismatch", { wanted: expected.name, found: name, version });
  const known = await releases.list();
  if (expected === undefined && settings.meantNames?.includes(name) !== true)
    refuseLookAlike(name, [...new Set(known.map((release) => release.package))]);
  checkName(name, version);
  const missing = await checkDependencies(staged);
  if (missing.length > 0) throw new GluttonyError("plugin.dependency_missing", { plugin: name, missing });
  const hash = await treeHash(staged);
  refuseOther({ name, version, hash }, known);
  await provideSdk(staged);
  await onStep("inspected");
  const facts = { package: name, version, treeHash: hash, manifest, isFirstParty: false };
  const grantedNet = manifest.permissions.net.filter((origin) => grantNet.includes(origin));
  const asked = manifest.permissions.secrets ?? [];
  const grantedSecrets = Object.fromEntries(
    Object.entries(grantSecrets).filter(([secret]) => asked.includes(secret)),
  );
  const release = { ...facts, grantedNet, grantedSecrets };
  if (trial) await tryRelease({ ...release, root: staged }, log, machine);
  await onStep("tried");
  return { ...release, root: releaseFolder(resolve(storeDir), { name, version, hash }) };
}

// The name becomes a folder and part of handler_func, so it must be what both can carry.
function checkName(name: string, version: string): void {
  const parsed = parseHandlerFunc(`npm:${name}@${version}`, { builtins: [] });
  if ("fault" in parsed) throw archiveFault(`Its name or version cannot be used. ${parsed.fault.message}`);
}

/** A version is one content for ever; who changes the content raises the version. */
function refuseOther(
  { name, version, hash }: { name: string; version: string; hash: string },
  known: readonly Release[],
): void {
  const other = known.find((release) => release.package === name && release.version === version);
  if (other === undefined || other.treeHash === hash) return;
  throw new GluttonyError("plugin.already_installed", { plugin: name, version, installed: other.treeHash });
}

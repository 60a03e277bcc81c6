import { GluttonyError } from "@gluttony/model";
import type { JsonObject, Release } from "@gluttony/model";
import { sweepCellFolders } from "./cell/cell-folder.ts";
import { defaultMachine } from "./cell/cell-machine.ts";
import { defaultCellOptions } from "./cell/cell-options.ts";
import type { CellOptions } from "./cell/cell-options.ts";
import type { CellCollaborators, CellPlan } from "./cell/cell-plan.ts";
import { SupervisedCell } from "./cell/supervise.ts";
import { checkMachine } from "./check-machine.ts";
import { checkConfig } from "./check-config.ts";
import { handlerEntries } from "./entry-url.ts";
import { expandReferences } from "./expand-references.ts";
import type { ReferenceValues } from "./expand-references.ts";
import type { FirstParty } from "./first-party.ts";
import { provideRelease } from "./install/provide-release.ts";
import { parseHandlerFunc } from "./parse-handler-func.ts";
import type { HandlerRef } from "./parse-handler-func.ts";
import type { CellLease, PluginHost, ResolvedHandler, ShadowLease } from "./plugin-host.ts";
import type { Releases } from "./ports.ts";
import { handlerOf, resolveRelease, shadowRelease } from "./resolve-release.ts";
import type { ReleaseSources } from "./resolve-release.ts";
import { DryMeans } from "./shadow/dry-means.ts";
import { LiveTrace } from "./shadow/live-trace.ts";
import { shadowLog } from "./shadow/shadow-log.ts";

/** What the plugin host needs of others. */
export interface PluginHostCollaborators extends CellCollaborators {
  readonly releases: Releases;
}

export interface PluginHostSettings {
  readonly firstParty: FirstParty;
  /** Values of the names that settings and manifests may refer to as `${env:NAME}`. */
  readonly env: ReferenceValues;
  readonly cellOptions?: Partial<CellOptions>;
  /** Where installed releases lie on this host. */
  readonly storeDir: string;
  /** Whether `file:` may be used. */
  readonly devMode?: boolean;
}

/** Makes the plugin host. It starts nothing until a cell is acquired. */
export function createPluginHost(
  collaborators: PluginHostCollaborators,
  settings: PluginHostSettings,
): PluginHost {
  return new SharedCells(collaborators, settings);
}

/** How long the cell of a release that nobody uses any more may take to end. */
const unusedCellMs = 5_000;

interface SharedCell {
  readonly cell: SupervisedCell;
  readonly started: Promise<void>;
  users: number;
}

/** One cell per release, shared by every consumer that uses it. */
class SharedCells implements PluginHost {
  readonly #collaborators: PluginHostCollaborators;
  readonly #settings: PluginHostSettings;
  readonly #cells = new Map<string, SharedCell>();
  /** Cells that serve those who have them, and nobody else any more. */
  readonly #aside = new Set<SharedCell>();
  readonly #ending = new Set<Promise<void>>();
  readonly #provided = new Map<string, Promise<void>>();
  #isClosed = false;

  constructor(collaborators: PluginHostCollaborators, settings: PluginHostSettings) {
    this.#collaborators = collaborators;
    this.#settings = settings;
    void sweepCellFolders();
  }

  async resolve(handlerFunc: string, config: JsonObject, consumerId?: string): Promise<ResolvedHandler> {
    const ref = this.#parse(handlerFunc);
    const { release, insteadOf } = await resolveRelease(ref, this.#sources(consumerId));
    return { ...this.#resolved(ref, release, config), insteadOf };
  }

  async resolveShadow(
    handlerFunc: string,
    config: JsonObject,
    consumerId: string,
  ): Promise<ResolvedHandler | null> {
    const ref = this.#parse(handlerFunc);
    const release = await shadowRelease(ref, this.#sources(consumerId));
    return release === null ? null : this.#resolved(ref, release, config);
  }

  acquire({ release }: ResolvedHandler, wish?: { readonly isNew: boolean }): Promise<CellLease> {
    // Whoever uses the cell before gives it back by itself; only the next one is not found there any more.
    if (wish?.isNew === true) this.#setAside(keyOf(release));
    return this.#acquire(keyOf(release), release, this.#collaborators);
  }

  // A cell of its own: what a shadow does to its process must not reach those whom the release serves.
  async acquireShadow({ release }: ResolvedHandler): Promise<ShadowLease> {
    const { targets, once, states } = new DryMeans(new LiveTrace());
    const lease = await this.#acquire(`shadow ${keyOf(release)}`, release, {
      ...this.#collaborators,
      targets,
      once,
      states,
      log: shadowLog(this.#collaborators.log),
    });
    return { ...lease, trace: () => new LiveTrace() };
  }

  #sources(consumerId: string | undefined): ReleaseSources {
    return {
      releases: this.#collaborators.releases,
      firstParty: this.#settings.firstParty,
      ...(consumerId === undefined ? {} : { consumerId }),
      provide: (one) => this.#provide(one),
    };
  }

  #resolved(ref: HandlerRef, release: Release, config: JsonObject): ResolvedHandler {
    checkMachine(release, this.#settings.cellOptions?.machine ?? defaultMachine());
    const handler = handlerOf(ref, release);
    handlerEntries(release);
    const { secrets = [] } = release.manifest.permissions;
    const checked = checkConfig(config, handler.config, { env: this.#settings.env, secrets });
    return { release, handler: handler.name, config: checked, insteadOf: null };
  }

  async #acquire(key: string, release: Release, collaborators: CellCollaborators): Promise<CellLease> {
    if (this.#isClosed) throw new GluttonyError("plugin.host_closed", { plugin: release.package });
    const shared = this.#cells.get(key) ?? this.#open(key, release, collaborators);
    shared.users += 1;
    try {
      await shared.started;
    } catch (error) {
      if (this.#cells.get(key) === shared) this.#cells.delete(key);
      throw error;
    }
    return leaseOf(shared.cell, () => this.#giveBack(key, shared));
  }

  async close(budgetMs: number): Promise<void> {
    this.#isClosed = true;
    const cells = [...this.#cells.values(), ...this.#aside];
    this.#cells.clear();
    this.#aside.clear();
    await Promise.all([...cells.map((shared) => closeStarted(shared, budgetMs)), ...this.#ending]);
  }

  /** A release whose cell runs is loaded, and its files need no other look; those who ask at once share one look. */
  #provide(release: Release): Promise<void> {
    const key = keyOf(release);
    if (this.#cells.has(key)) return Promise.resolve();
    const running = this.#provided.get(key);
    if (running !== undefined) return running;
    const provided = provideRelease(release, this.#collaborators, this.#settings.storeDir);
    this.#provided.set(key, provided);
    return provided.finally(() => this.#provided.delete(key));
  }

  #parse(handlerFunc: string): HandlerRef {
    const { firstParty, devMode = false } = this.#settings;
    const parsed = parseHandlerFunc(handlerFunc, { builtins: Object.keys(firstParty.packages), devMode });
    if ("ref" in parsed) return parsed.ref;
    const { column, message, suggestion } = parsed.fault;
    const faults = [{ path: "handler_func", message, suggestion }];
    throw new GluttonyError("handler.ref_invalid", { column, fault: message, suggestion }, { faults });
  }

  #open(key: string, release: Release, collaborators: CellCollaborators): SharedCell {
    const { cellOptions } = this.#settings;
    const plan: CellPlan = { release, handlers: handlerEntries(release), origins: this.#origins(release) };
    const cell = new SupervisedCell(plan, collaborators, { ...defaultCellOptions, ...cellOptions });
    const shared: SharedCell = { cell, started: cell.start(), users: 0 };
    this.#cells.set(key, shared);
    return shared;
  }

  // Granted origins that refer to a name that is not set are left out: there is nothing to call.
  #origins(release: Release): readonly string[] {
    return release.grantedNet.flatMap((granted) => {
      const { value, faults } = expandReferences(granted, this.#settings.env);
      const origin = faults.length === 0 && typeof value === "string" ? originOf(value) : undefined;
      return origin === undefined ? [] : [origin];
    });
  }

  #setAside(key: string): void {
    const shared = this.#cells.get(key);
    if (shared === undefined) return;
    this.#cells.delete(key);
    this.#aside.add(shared);
  }

  async #giveBack(key: string, shared: SharedCell): Promise<void> {
    shared.users -= 1;
    if (shared.users > 0) return;
    if (this.#cells.get(key) === shared) this.#cells.delete(key);
    this.#aside.delete(shared);
    const ending = shared.cell.close(unusedCellMs);
    this.#ending.add(ending);
    await ending.finally(() => this.#ending.delete(ending));
  }
}

async function closeStarted({ cell, started }: SharedCell, budgetMs: number): Promise<void> {
  // A start that fails has told its caller, and left nothing behind.
  await started.catch(() => undefined);
  await cell.close(budgetMs);
}

function leaseOf(cell: SupervisedCell, giveBack: () => Promise<void>): CellLease {
  let given: Promise<void> | undefined;
  const release = (): Promise<void> => (given ??= giveBack());
  return { cell, release };
}

/** What a person granted is part of it: the same files with other rights are another cell. */
function keyOf({ package: name, version, treeHash, grantedNet, grantedSecrets = {} }: Release): string {
  return JSON.stringify([name, version, treeHash, grantedNet, grantedSecrets]);
}

function originOf(value: string): string | undefined {
  const text = /^[a-z]+:\/\//.test(value) ? value : `http://${value}`;
  try {
    return new URL(text).origin;
  } catch {
    return undefined;
  }
}

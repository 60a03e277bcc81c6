import type { JsonObject, Release } from "@gluttony/model";
import type { Cell } from "./cell/cell.ts";
import type { HostMeans } from "./ports.ts";
import type { ShapedCall } from "./shadow/call-shape.ts";

/** A handler that is ready to be used: its release, its checked settings, and the cell that runs it. */
export interface ResolvedHandler {
  readonly release: Release;
  /** The handler's name in the manifest. */
  readonly handler: string;
  /** Settings with defaults filled in and `${env:NAME}` references expanded. */
  readonly config: JsonObject;
  /** The version that failed and that this one stands in for until a person says otherwise; null when there is none. */
  readonly insteadOf: string | null;
}

/** Gives the code for a `handler_func` and the cell that runs it. */
export interface PluginHost {
  /**
   * Finds the release and checks the settings; runs no plugin code. Throws GluttonyError with the code that
   * names the fault (`handler.*`, `plugin.*`). With a consumer's id its pin counts, too.
   */
  resolve(handlerFunc: string, config: JsonObject, consumerId?: string): Promise<ResolvedHandler>;
  /**
   * The shared cell of a release, started and healthy; counts its users. `release` gives it back: the last
   * user ends it. With `isNew` it is one that nobody used: those who share the one before keep it until they give it
   * back. Throws GluttonyError (`plugin.*`) when it cannot start.
   */
  acquire(resolved: ResolvedHandler, wish?: { readonly isNew: boolean }): Promise<CellLease>;
  /**
   * The release that shadows a consumer, for the settings that the consumer has; null when none does. It need not be
   * active, nor in the range. Throws as `resolve` does.
   */
  resolveShadow(handlerFunc: string, config: JsonObject, consumerId: string): Promise<ResolvedHandler | null>;
  /** A cell that serves nobody: what an attempt brings no means for is answered dry. Throws as `acquire` does. */
  acquireShadow(resolved: ResolvedHandler): Promise<ShadowLease>;
  close(budgetMs: number): Promise<void>;
}

/** One user's share of a cell. */
export interface CellLease {
  readonly cell: Cell;
  release(): Promise<void>;
}

/** A share of a cell that serves nobody. */
export interface ShadowLease extends CellLease {
  /** For one live attempt that is to be followed. */
  trace(): AttemptTrace;
}

/** What a live attempt asked its host for and was told, so that its shadow can be told the same. */
export interface AttemptTrace {
  /** Whether it was more than is kept: then nothing can be said by it. */
  readonly isFull: boolean;
  readonly calls: readonly ShapedCall[];
  /** The host's usual means, watched: for the live attempt. */
  over(usual: HostMeans): HostMeans;
  /** For the shadow's attempt: nothing leaves and nothing is stored. */
  dry(): DryRun;
}

/** What a shadow's attempt is given, and the calls that it would have made. */
export interface DryRun {
  readonly means: HostMeans;
  readonly calls: readonly ShapedCall[];
}

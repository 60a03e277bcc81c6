import type { CellLease, PluginHost, ResolvedHandler } from "@gluttony/core";
import { type Consumer, GluttonyError, toGluttonyError } from "@gluttony/model";
import { cellConsumerOf } from "./cell-consumer-of.ts";
import type { ConsumerRun } from "./consume.ts";
import { shouldRollBack, type ReleaseCounts } from "./judge-release.ts";
import type { TakeBacks } from "./plugin-ports.ts";
import type { Clock } from "./ports.ts";
import { requireSettings } from "./require-settings.ts";
import { isSameHandler } from "./same-handler.ts";
import type { LiveShadow } from "./shadow/live-shadow.ts";
import {
  type KnownHandler,
  refuseRolledBack,
  type RolledBack,
  standingIn,
  type StartedHandler,
} from "./start-handler.ts";

/** A handler in use: for which version of the consumer, and the share of its cell. */
export interface HandlerInUse {
  readonly consumer: Consumer;
  readonly resolved: ResolvedHandler;
  readonly lease: CellLease;
}

/** What the handler of a running consumer depends on. */
export interface LiveHandlerParts {
  readonly plugins: PluginHost;
  readonly run: ConsumerRun;
  readonly clock: Clock;
  readonly takeBacks: TakeBacks;
  /** What gets the same changes, dry; it follows the same row. */
  readonly shadow: Pick<LiveShadow, "follow" | "look" | "close">;
  /** Another handler serves from now on. */
  swapped(before: ResolvedHandler, after: ResolvedHandler): void;
  /** The wanted handler does not start, for the reason given; the one before goes on. Told once for each reason. */
  refused(error: GluttonyError): void;
  /** A cell that is not needed any more did not end as asked. */
  troubled(error: GluttonyError): void;
}

/** A release that took over and is still watched. */
interface Trial {
  readonly before: KnownHandler;
  /** How the attempts of the one before ended. */
  readonly counts: ReleaseCounts;
  readonly atMs: number;
}

/** Milliseconds until the same release is started again for a consumer after its start failed. */
const againAfterMs = 30_000;

/**
 * The handler that a running consumer uses. When another one is wanted it is started first, takes over between two
 * attempts, and the cell before is given back when it has answered; one that does not start changes nothing.
 */
export class LiveHandler {
  readonly #parts: LiveHandlerParts;
  #used: HandlerInUse;
  #refusal: GluttonyError | null = null;
  #failedStart: {
    readonly of: ResolvedHandler;
    readonly error: GluttonyError;
    readonly untilMs: number;
  } | null = null;
  #following: Promise<void> | null = null;
  /** What served before, while the one that took over may still be taken back. */
  #trial: Trial | null = null;
  /** The release that failed for this consumer, and how. */
  #rolledBack: RolledBack | null;
  #wanted: Consumer | GluttonyError | null = null;
  #isOver = false;

  constructor({ refusal, rolledBack = null, ...used }: StartedHandler, parts: LiveHandlerParts) {
    this.#used = used;
    this.#rolledBack = rolledBack;
    this.#refusal = refusal;
    this.#parts = parts;
  }

  /** What serves now. */
  get used(): HandlerInUse {
    return this.#used;
  }

  /** Goes back to the release before when the one that took over fails; called once a second. */
  look(): void {
    this.#parts.shadow.look();
    const trial = this.#trial;
    if (trial === null || this.#following !== null || this.#isOver) return;
    const { consumer, lease } = this.#used;
    const sinceMs = this.#parts.clock.monotonicMs() - trial.atMs;
    if (sinceMs > consumer.plugin.rollbackWindowMs) this.#trial = null;
    const isQuarantined = lease.cell.observe().state === "quarantined";
    const fresh = this.#parts.run.releaseCounts;
    const seen = { sinceMs, fresh, before: trial.counts, isQuarantined };
    if (!shouldRollBack(seen, consumer.plugin)) return;
    this.#trial = null;
    const rolledBack = this.#rollBack(trial.before, fresh);
    // What was wanted meanwhile is followed then.
    this.#following = rolledBack
      .then(() => this.#followAll())
      .finally(() => {
        this.#following = null;
      });
  }

  /** What a run that begins anew should know. */
  get known(): KnownHandler {
    const { consumer, resolved } = this.#used;
    return { consumer, resolved, rolledBack: this.#rolledBack };
  }

  /** Why what is wanted does not serve; null while it does. */
  get refusal(): GluttonyError | null {
    return this.#refusal;
  }

  /** Comes to the handler that is wanted now, or says why not. Calls that overlap make one more round. */
  follow(wanted: Consumer | GluttonyError): Promise<void> {
    this.#wanted = wanted;
    if (!(wanted instanceof Error)) this.#parts.shadow.follow(wanted);
    this.#following ??= this.#followAll().finally(() => {
      this.#following = null;
    });
    return this.#following;
  }

  /** Gives the cell back. */
  async close(): Promise<void> {
    this.#isOver = true;
    await Promise.all([this.#parts.shadow.close(), this.#giveBack(this.#used.lease)]);
  }

  async #followAll(): Promise<void> {
    while (this.#wanted !== null && !this.#isOver) {
      const wanted = this.#wanted;
      this.#wanted = null;
      try {
        if (wanted instanceof Error) throw wanted;
        await this.#comeTo(wanted);
        this.#refusal = standingIn(this.#used.resolved);
      } catch (error) {
        this.#refuse(toGluttonyError(error));
      }
    }
  }

  async #comeTo(consumer: Consumer): Promise<void> {
    const { plugins, run } = this.#parts;
    const resolved = await plugins.resolve(consumer.handlerFunc, consumer.handler, consumer.id);
    const before = this.#used;
    refuseRolledBack({ consumer, resolved, rolledBack: this.#rolledBack });
    this.#rolledBack = null;
    if (isSameHandler(before, { consumer, resolved })) {
      this.#used = { ...before, consumer, resolved };
      return;
    }
    const lease = await this.#started(resolved);
    await requireSettings(lease, consumer, resolved);
    if (this.#isOver) return this.#giveBack(lease);
    const counts = run.releaseCounts;
    this.#switchTo({ consumer, resolved, lease });
    // What stands in for a release that failed is not on trial: there is nothing better to go back to.
    const isNew = before.resolved.release.treeHash !== resolved.release.treeHash;
    if (isNew && resolved.insteadOf === null)
      this.#trial = { before, counts, atMs: this.#parts.clock.monotonicMs() };
    this.#parts.swapped(before.resolved, resolved);
  }

  #switchTo(next: HandlerInUse): void {
    const before = this.#used;
    const answered = this.#parts.run.switchTo(next.lease.cell, cellConsumerOf(next.consumer, next.resolved));
    this.#used = next;
    void answered.then(() => this.#giveBack(before.lease));
  }

  async #rollBack(before: KnownHandler, { attempts, faults }: ReleaseCounts): Promise<void> {
    const { release } = this.#used.resolved;
    const facts = { plugin: release.package, version: release.version, attempts, faults };
    const servesAgain = before.resolved.release.version;
    const error = new GluttonyError("plugin.rolled_back", { ...facts, servesAgain });
    try {
      const lease = await this.#parts.plugins.acquire(before.resolved);
      if (this.#isOver) return await this.#giveBack(lease);
      // The row is applied as far as it can be; only the release is another.
      this.#switchTo({ ...before, lease });
      this.#rolledBack = { treeHash: release.treeHash, error };
      this.#refuse(error);
      // Where it cannot be remembered, it holds on this host alone, until its end.
      await this.#parts.takeBacks.remember({
        consumerId: before.consumer.id,
        package: release.package,
        failed: release.version,
        servesAgain,
        attempts,
        faults,
      });
    } catch (thrown) {
      this.#parts.troubled(toGluttonyError(thrown));
    }
  }

  /** A release that just failed to start is not started at every change of any row. */
  async #started(resolved: ResolvedHandler): Promise<CellLease> {
    const { plugins, clock } = this.#parts;
    const failed = this.#failedStart;
    const isKnown = failed !== null && failed.of.release.treeHash === resolved.release.treeHash;
    if (isKnown && clock.monotonicMs() < failed.untilMs) throw failed.error;
    try {
      return await plugins.acquire(resolved);
    } catch (thrown) {
      const error = toGluttonyError(thrown);
      this.#failedStart = { of: resolved, error, untilMs: clock.monotonicMs() + againAfterMs };
      throw error;
    }
  }

  #refuse(error: GluttonyError): void {
    const isNew = this.#refusal?.code !== error.code;
    this.#refusal = error;
    if (isNew) this.#parts.refused(error);
  }

  async #giveBack(lease: CellLease): Promise<void> {
    try {
      await lease.release();
    } catch (error) {
      this.#parts.troubled(toGluttonyError(error));
    }
  }
}

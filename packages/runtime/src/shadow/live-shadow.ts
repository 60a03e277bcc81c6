import type { CellLease, PluginHost, ResolvedHandler, ShadowLease } from "@gluttony/core";
import { type Consumer, GluttonyError, toGluttonyError } from "@gluttony/model";
import type { Logger } from "@gluttony/sdk";
import { cellConsumerOf } from "../cell-consumer-of.ts";
import type { ConsumerRun } from "../consume.ts";
import type { Metrics } from "../metrics.ts";
import type { ShadowBook } from "../plugin-ports.ts";
import type { Clock } from "../ports.ts";
import { requireSettings } from "../require-settings.ts";
import { isSameHandler } from "../same-handler.ts";
import { Shadow } from "./shadow.ts";
import { type ShadowSign, ShadowTally } from "./shadow-tally.ts";

/** What the shadow of a running consumer depends on. */
export interface LiveShadowParts {
  readonly plugins: PluginHost;
  readonly shadows: ShadowBook;
  readonly run: Pick<ConsumerRun, "shadowBy">;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
}

const dropped: ShadowSign = { kind: "dropped", live: "", shadow: "" };

interface ShadowInUse {
  readonly consumer: Consumer;
  readonly resolved: ResolvedHandler;
  readonly lease: CellLease;
  readonly shadow: Shadow;
}

/** Milliseconds until a shadow that did not start is started again. */
const againAfterMs = 30_000;
/** Milliseconds that the last attempts of a shadow may take when its run is over. */
const lastAttemptsMs = 500;
/** Milliseconds that writing the last counts may take then. */
const lastCountsMs = 2_000;

/**
 * Keeps the shadow that is wanted for a running consumer, and has what it comes to written down. Nobody waits for it: a shadow that cannot be
 * had, or whose counts cannot be written, changes nothing of what serves.
 */
export class LiveShadow {
  readonly #parts: LiveShadowParts;
  #used: ShadowInUse | null = null;
  #wanted: Consumer | null = null;
  #isFollowing = false;
  #tally = new ShadowTally();
  #writing: Promise<void> | null = null;
  #consumer: Consumer | null = null;
  /** The release whose start failed, and until when it is left alone. */
  #failed: { readonly treeHash: string; readonly untilMs: number } | null = null;
  #isOver = false;

  constructor(parts: LiveShadowParts) {
    this.#parts = parts;
  }

  /** Comes to the shadow that is wanted now, in its own time. */
  follow(wanted: Consumer): void {
    this.#wanted = wanted;
    this.#consumer = wanted;
    if (this.#isFollowing) return;
    this.#isFollowing = true;
    void this.#followAll().finally(() => {
      this.#isFollowing = false;
    });
  }

  /** Writes what was counted; called once a second. */
  look(): void {
    const consumer = this.#consumer;
    if (this.#writing !== null || consumer === null) return;
    const counts = this.#tally.take();
    if (counts.length === 0) return;
    const version = this.#used?.resolved.release.version ?? null;
    this.#writing = this.#parts.shadows
      .add(consumer.id, version, counts)
      .catch((error: unknown) => {
        for (const count of counts) this.#tally.add(count);
        this.#parts.log.debug("what a shadow came to is not written", { code: toGluttonyError(error).code });
      })
      .finally(() => {
        this.#writing = null;
      });
  }

  /**
   * Ends the shadow, within a few seconds: what its last attempts come to is still counted, those that do not end in time are counted as
   * dropped, and the counts are written, since another host goes on from them. Its cell ends by itself.
   */
  async close(): Promise<void> {
    this.#isOver = true;
    const used = this.#used;
    if (used !== null) {
      this.#parts.run.shadowBy(null);
      await this.#within(lastAttemptsMs, used.shadow.idle());
      for (let left = used.shadow.underWay; left > 0; left -= 1) this.#note(used.consumer, dropped);
    }
    await this.#within(lastCountsMs, this.#writeAll());
    this.#end();
  }

  async #followAll(): Promise<void> {
    while (this.#wanted !== null && !this.#isOver) {
      const wanted = this.#wanted;
      this.#wanted = null;
      try {
        await this.#comeTo(wanted);
      } catch (error) {
        this.#notStarted(wanted, toGluttonyError(error));
      }
    }
  }

  async #comeTo(consumer: Consumer): Promise<void> {
    const { plugins, log } = this.#parts;
    const resolved = await plugins.resolveShadow(consumer.handlerFunc, consumer.handler, consumer.id);
    if (resolved !== null && this.#used !== null && isSameHandler(this.#used, { consumer, resolved })) return;
    this.look();
    this.#end();
    const lease = resolved === null ? null : await this.#started(resolved);
    if (resolved === null || lease === null) return;
    await requireSettings(lease, consumer, resolved);
    // What is counted from here on is of this release.
    await this.#writing;
    if (this.#isOver) return this.#giveBack(lease);
    this.#tally = new ShadowTally();
    const shadow = new Shadow({
      cell: lease.cell,
      consumer: cellConsumerOf(consumer, resolved),
      trace: () => lease.trace(),
      note: (sign) => this.#note(consumer, sign),
    });
    this.#used = { consumer, resolved, lease, shadow };
    this.#parts.run.shadowBy(shadow);
    const { package: plugin, version } = resolved.release;
    log.info("a release shadows the consumer", { consumer: consumer.name, plugin, version });
  }

  async #writeAll(): Promise<void> {
    await this.#writing;
    this.look();
    await this.#writing;
  }

  async #within(limitMs: number, work: Promise<void>): Promise<void> {
    const ended = new AbortController();
    await Promise.race([work, this.#parts.clock.sleep(limitMs, ended.signal)]);
    ended.abort();
  }

  /** Null while a start that failed is not repeated yet. */
  async #started(resolved: ResolvedHandler): Promise<ShadowLease | null> {
    const { plugins, clock } = this.#parts;
    const { treeHash } = resolved.release;
    if (this.#failed?.treeHash === treeHash && clock.monotonicMs() < this.#failed.untilMs) return null;
    try {
      return await plugins.acquireShadow(resolved);
    } catch (error) {
      this.#failed = { treeHash, untilMs: clock.monotonicMs() + againAfterMs };
      throw error;
    }
  }

  #note(consumer: Consumer, sign: ShadowSign): void {
    this.#tally.note(sign);
    this.#parts.metrics.shadowed(consumer.name, sign.kind);
  }

  #notStarted(consumer: Consumer, { code }: GluttonyError): void {
    this.#end();
    this.#parts.log.warn("a shadow does not start", { consumer: consumer.name, code });
    this.#note(consumer, { kind: "not_started", live: "", shadow: code });
  }

  #end(): void {
    const used = this.#used;
    this.#used = null;
    if (used === null) return;
    this.#parts.run.shadowBy(null);
    used.shadow.close();
    this.#giveBack(used.lease);
  }

  #giveBack(lease: CellLease): void {
    lease
      .release()
      .catch((error: unknown) =>
        this.#parts.log.warn("a cell did not end as asked", { code: toGluttonyError(error).code }),
      );
  }
}

import type { HandlerRef } from "../parse-handler-func.ts";
import type { Verification } from "../ports.ts";

/** One installed release, and whether it serves. */
export interface ReleaseStanding {
  readonly version: string;
  readonly isActive: boolean;
  /** Raised by every activation: the greatest one among the active releases was activated last. Null: never yet. */
  readonly sequence: bigint | null;
  /** The release that served when this one was activated; null when none did. */
  readonly previous: string | null;
  /** Where it came from, and what was verified of that; null when an older version installed it. */
  readonly verification: Verification | null;
}

/** What holds one consumer on one release. */
export interface PinStanding {
  readonly version: string;
  /** The release that served the consumer before; null when it is not known. */
  readonly previous: string | null;
  /** The version that failed, when a host went back from it; null when a person chose. */
  readonly insteadOf: string | null;
}

/** One row of `cdc.consumer`, as far as plugins are concerned. */
export interface ConsumerUse {
  readonly id: string;
  readonly name: string;
  /** What its `handler_func` names; null when that cannot be read. */
  readonly ref: HandlerRef | null;
  readonly pin: PinStanding | null;
  /** The version of the release that shadows it; null when none does. */
  readonly shadow: string | null;
}

/** All that is decided on when something is done to a plugin: its releases, and every consumer there is. */
export interface PluginStanding {
  readonly package: string;
  readonly releases: readonly ReleaseStanding[];
  readonly consumers: readonly ConsumerUse[];
}

import type { PluginHost } from "@gluttony/core";
import type { Logger } from "@gluttony/sdk";
import type { TargetBreakers } from "./breakers.ts";
import type { ErrorNotes } from "./errors/host-errors.ts";
import type { Metrics } from "./metrics.ts";
import type { ShadowBook, TakeBacks } from "./plugin-ports.ts";
import type {
  Clock,
  Connectors,
  DeadLetters,
  Fence,
  Positions,
  Random,
  RecordSources,
  SchemaRegistry,
  SubjectHash,
} from "./ports.ts";

/** Everything that running consumers share. */
export interface ConsumerCollaborators {
  readonly plugins: PluginHost;
  readonly connectors: Connectors;
  readonly sources: RecordSources;
  readonly positions: Positions;
  readonly deadLetters: DeadLetters;
  readonly shadows: ShadowBook;
  readonly takeBacks: TakeBacks;
  readonly errors: ErrorNotes;
  readonly fence: Fence;
  /** Null on a host that was given none. */
  readonly schemas: SchemaRegistry | null;
  readonly subjects: SubjectHash;
  readonly breakers: TargetBreakers;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** Settings of this host that concern its consumers. */
export interface ConsumerHostSettings {
  readonly hostId: string;
  /** `TOPIC_CONSUME_INTERVAL`: milliseconds a fetch may wait for data. */
  readonly fetchWaitMs: number;
}

/** What one consumer is told beside. */
export interface SupervisedSettings extends ConsumerHostSettings {
  /** The name of an older consumer that reads the same topic in the same group; undefined when there is none. */
  groupOwnerOf(consumerId: string): string | undefined;
  /** Whether it begins anew because a person asked for that: then it shares its cell with nobody who uses one already. */
  readonly needsNewCell: boolean;
}

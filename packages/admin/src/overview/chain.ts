import type { ConsumerRow, DesiredState, ObservedState } from "@gluttony/model";
import type { ConsumerTotals, RecentCounts, SourceStanding } from "../overview-ports.ts";
import { desiredOf } from "../views/consumer.ts";
import { hostStateOf } from "../views/host-state.ts";
import { lagSumsOf } from "../views/lag.ts";
import { type ConnectorStage, connectorStageOf } from "./connector-stage.ts";
import { type ConsumerStage, consumerStageOf } from "./consumer-stage.ts";
import { type SourceStage, sourceStageOf } from "./source-stage.ts";
import { gravityOf, type Stage } from "./stage.ts";
import { type TopicStage, topicStageOf } from "./topic-stage.ts";

/** Everything that is known of one consumer. */
export interface ChainFacts {
  readonly seen: readonly ObservedState[];
  /** The connector that fills its topic; null when it is somebody else's. */
  readonly source: SourceStanding | null;
  readonly totals: ConsumerTotals | null;
  readonly counts: RecentCounts | null;
}

/** A target that calls are held back from, as one host sees it. */
export interface TargetStage {
  readonly target: string;
  readonly hostId: string;
  readonly breaker: "open" | "probing";
  readonly since: string;
  readonly nextProbeAt: string;
}

/** The way of a change, from the source to the targets. */
export interface Chain {
  readonly source: SourceStage;
  readonly connector: ConnectorStage;
  readonly topic: TopicStage;
  readonly consumer: ConsumerStage;
  /** Only those that are held back from; one that is not named here answers, or was not called. */
  readonly targets: readonly TargetStage[];
}

/** One consumer in the overview: the worst part of its chain, and the chain. */
export interface ChainView extends Stage {
  readonly consumer: { readonly id: string; readonly name: string; readonly revision: string };
  readonly desired: DesiredState;
  /** The part of the chain that the state is of. */
  readonly at: "source" | "connector" | "consumer";
  readonly chain: Chain;
}

/** Derives a consumer's chain, and its state from the worst part. Pure. */
export function chainOf(row: ConsumerRow, facts: ChainFacts, nowMs: number): ChainView {
  const hosts = facts.seen.map(hostStateOf);
  const lag = lagSumsOf(hosts);
  const chain: Chain = {
    source: sourceStageOf(facts.source, nowMs),
    connector: connectorStageOf(facts.source),
    topic: topicStageOf(row, lag, facts.source),
    consumer: consumerStageOf(row, { ...facts, hosts, lag }),
    targets: facts.seen.flatMap(targetsOf),
  };
  const desired = desiredOf(row);
  const at = worstOf(chain, desired);
  const { state, since, cause, next } = chain[at];
  const { id, name, revision } = row;
  return {
    consumer: { id, name, revision: String(revision) },
    desired,
    at,
    state,
    since,
    cause,
    next,
    chain,
  };
}

/**
 * Where the trouble is. What is not to run is judged by itself alone, and what is not known of the way to the topic
 * is no trouble: records may come nevertheless. Of parts that are equally bad the first one causes the others.
 */
function worstOf({ source, connector, consumer }: Chain, desired: DesiredState): ChainView["at"] {
  if (desired !== "enabled") return "consumer";
  const parts = [
    { at: "source", state: source.state },
    { at: "connector", state: connector.state },
    { at: "consumer", state: consumer.state },
  ] as const;
  const counted = parts.filter(({ at, state }) => at === "consumer" || troubles.has(state));
  const [worst] = counted.toSorted((left, right) => gravityOf(left.state) - gravityOf(right.state));
  return worst?.at ?? "consumer";
}

/** What of the way to the topic counts: a connector that does not run leaves its consumer without anything to do. */
const troubles: ReadonlySet<Stage["state"]> = new Set<Stage["state"]>([
  "failed",
  "blocked",
  "silent",
  "recovering",
  "lagging",
]);

function targetsOf({ hostId, targets = [] }: ObservedState): readonly TargetStage[] {
  return targets.map(({ target, breaker, since, nextProbeAt }) => ({
    target,
    hostId,
    breaker,
    since: since.toISOString(),
    nextProbeAt: nextProbeAt.toISOString(),
  }));
}

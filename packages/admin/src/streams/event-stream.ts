import { type ConsumerRow, isAllowed, type Labels, labelsOf, type Permission } from "@gluttony/model";
import type { Principal } from "../access/principal.ts";
import type { EventStore, StoredEvent } from "../event-ports.ts";
import type { EventHub } from "./event-hub.ts";
import { EventPlace } from "./event-place.ts";
import { sseFrame } from "./sse-frame.ts";
import type { StreamContext, StreamRound } from "./streams.ts";

/** What may be watched. */
export type EventTopic = "consumers" | "dead-letters" | "plugins" | "connectors" | "operations" | "alerts";

/** What it takes to be told of it. */
export const eventTopics: { readonly [topic in EventTopic]: Permission } = {
  consumers: "consumer.read",
  "dead-letters": "dead-letter.read",
  plugins: "plugin.read",
  connectors: "connector.read",
  operations: "consumer.read",
  alerts: "consumer.read",
};

/** Events of one question. */
const batchMax = 200;
/** Events that a client may be behind; beyond, it is told how many it missed. */
const behindMax = 2_000n;
/** Milliseconds between questions without any notification. */
const pollMs = 2_000;
/** Milliseconds for which the labels of consumers are believed. */
const labelsMs = 5_000;

/** What events are told from. */
export interface EventMeans {
  readonly store: EventStore;
  readonly hub: EventHub;
  readonly consumers: { list(): Promise<readonly ConsumerRow[]> };
}

/** What a client asked for. */
export interface EventWish {
  readonly topics: readonly EventTopic[];
  /** The last number it was told; null for a new client. */
  readonly lastId: bigint | null;
}

/** Begins to tell one client of what happens, from where it was. */
export async function beginEvents(
  { topics, lastId }: EventWish,
  { store, hub, consumers }: EventMeans,
  { signal, nowMs }: StreamContext,
): Promise<StreamRound> {
  const { oldest, newest } = await store.ends();
  hub.join(signal);
  // A number that was never given out comes from another database, or from before a restore.
  const isKnown = lastId !== null && lastId <= newest;
  const place = new EventPlace(isKnown ? lastId : newest);
  const first = [sseFrame({ event: "hello", data: { topics, isResumed: isKnown } })];
  if (isKnown && lastId + 1n < oldest) first.push(dropped(place.skipTo(oldest - 1n), place));
  const labels = new ConsumerLabels(consumers);
  const told = new Set<EventTopic>(topics);
  return async (context) => {
    if (first.length > 0) return first.splice(0);
    const events = await store.read({ after: place.last, missing: place.missing, limit: batchMax });
    if (events.length === 0) {
      place.forget(nowMs());
      await hub.wait(pollMs, signal);
      return [];
    }
    await labels.refresh(nowMs(), events);
    const frames: string[] = [];
    for (const event of events) {
      place.saw(event.id, nowMs());
      if (isTopic(event.topic, told) && labels.mayTell(context.principal(), event, event.topic))
        frames.push(sseFrame({ id: String(place.resumeAt), event: "event", data: eventView(event) }));
    }
    if (events.length === batchMax) {
      const { newest: now } = await store.ends();
      if (now - place.last > behindMax) frames.push(dropped(place.skipTo(now), place));
    }
    return frames;
  };
}

function dropped(atMost: bigint, place: EventPlace): string {
  return sseFrame({ id: String(place.resumeAt), event: "dropped", data: { atMost: String(atMost) } });
}

function isTopic(topic: string, told: ReadonlySet<EventTopic>): topic is EventTopic {
  return Object.hasOwn(eventTopics, topic) && told.has(topic as EventTopic);
}

/** Whose events may be told to whom. A consumer that is gone keeps the labels that it was last seen with. */
class ConsumerLabels {
  readonly #consumers: EventMeans["consumers"];
  readonly #known = new Map<string, Labels>();
  #readAt = Number.NEGATIVE_INFINITY;

  constructor(consumers: EventMeans["consumers"]) {
    this.#consumers = consumers;
  }

  async refresh(nowMs: number, events: readonly StoredEvent[]): Promise<void> {
    const isNew = events.some(
      ({ consumerId, topic, kind }) =>
        consumerId !== null && (!this.#known.has(consumerId) || (topic === "consumers" && kind === "update")),
    );
    if (!isNew && nowMs - this.#readAt < labelsMs) return;
    this.#readAt = nowMs;
    for (const { id, configuration } of await this.#consumers.list())
      this.#known.set(id, labelsOf(configuration));
  }

  /** What belongs to no consumer, or to one of which nothing is known, is told to who reaches everything. */
  mayTell({ grants }: Principal, { consumerId }: StoredEvent, topic: EventTopic): boolean {
    const labels = consumerId === null ? null : (this.#known.get(consumerId) ?? null);
    return isAllowed(grants, eventTopics[topic], labels);
  }
}

function eventView(event: StoredEvent): { readonly [field: string]: unknown } {
  const { id, at, topic, kind, consumerId, subject, detail } = event;
  return { id: String(id), at: at.toISOString(), topic, kind, consumerId, subject, detail };
}

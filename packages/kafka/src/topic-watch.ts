import { GluttonyError } from "@gluttony/model";
import type { TopicBroker } from "./topic-broker.ts";

const CHECK_EVERY_MS = 3_000;
/** A topic that is missed is looked for again soon: the state must say so within five seconds. */
const CHECK_AGAIN_MS = 400;
/** A broker that has just started may not know a topic yet. */
const MISSING_CHECKS_MAX = 2;

export interface TopicWatchEvents {
  /** Id of the topic that is read; empty while there is none. */
  topicId(): string;
  /** As many partitions as the topic had at the start. */
  readonly partitions: number;
  onMissing(error: GluttonyError): void;
  /** Another topic bears the name now: no position means anything in it. */
  onRecreated(topicIdNow: string): void;
}

/** Looks every few seconds whether the topic is still the same one, and as wide: kafkajs notices late, or never. */
export class TopicWatch {
  readonly #broker: TopicBroker;
  readonly #events: TopicWatchEvents;
  readonly #timer: NodeJS.Timeout;
  #again: NodeJS.Timeout | undefined;
  #missing = 0;
  /** As many partitions as the topic had when last looked at. */
  #partitions: number;
  #isAsking = false;

  constructor(broker: TopicBroker, events: TopicWatchEvents) {
    this.#broker = broker;
    this.#events = events;
    this.#partitions = events.partitions;
    this.#timer = setInterval(() => void this.#check(), CHECK_EVERY_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    clearTimeout(this.#again);
  }

  async #check(): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    try {
      const found = await this.#broker.find();
      this.#judge(found?.topicId ?? null);
      if (found !== null) await this.#count(found.partitions);
    } catch {
      // No answer says nothing about the topic; the ages of fetch and heartbeat tell of an outage.
    } finally {
      this.#isAsking = false;
    }
  }

  /** kafkajs looks only every half minute, and what is written to a new partition meanwhile waits. */
  async #count(partitions: number): Promise<void> {
    if (partitions > this.#partitions) await this.#broker.refresh();
    this.#partitions = partitions;
  }

  #judge(topicIdNow: string | null): void {
    const { topic } = this.#broker;
    this.#missing = topicIdNow === null ? this.#missing + 1 : 0;
    if (this.#missing === 1) this.#again = setTimeout(() => void this.#check(), CHECK_AGAIN_MS);
    if (this.#missing >= MISSING_CHECKS_MAX) {
      this.#events.onMissing(new GluttonyError("kafka.topic_missing", { topic }));
    }
    const topicId = this.#events.topicId();
    if (topicIdNow === null || topicId === "" || topicIdNow === topicId) return;
    this.#events.onRecreated(topicIdNow);
  }
}

import { GluttonyError } from "@gluttony/model";
import type { TopicBroker } from "./topic-broker.ts";

const CHECK_EVERY_MS = 5_000;
/** A broker that has just started may not know a topic yet. */
const MISSING_CHECKS_MAX = 2;

export interface TopicWatchEvents {
  /** Id of the topic that is read; empty while there is none. */
  topicId(): string;
  onMissing(error: GluttonyError): void;
  /** Another topic bears the name now: no position means anything in it. */
  onRecreated(topicIdNow: string): void;
}

/** Looks every few seconds whether the topic is still the same one: kafkajs never notices that another took its name. */
export class TopicWatch {
  readonly #broker: TopicBroker;
  readonly #events: TopicWatchEvents;
  readonly #timer: NodeJS.Timeout;
  #missing = 0;
  #isAsking = false;

  constructor(broker: TopicBroker, events: TopicWatchEvents) {
    this.#broker = broker;
    this.#events = events;
    this.#timer = setInterval(() => void this.#check(), CHECK_EVERY_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #check(): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    try {
      this.#judge((await this.#broker.find())?.topicId ?? null);
    } catch {
      // No answer says nothing about the topic; the ages of fetch and heartbeat tell of an outage.
    } finally {
      this.#isAsking = false;
    }
  }

  #judge(topicIdNow: string | null): void {
    const { topic } = this.#broker;
    this.#missing = topicIdNow === null ? this.#missing + 1 : 0;
    if (this.#missing >= MISSING_CHECKS_MAX) {
      this.#events.onMissing(new GluttonyError("kafka.topic_missing", { topic }));
    }
    const topicId = this.#events.topicId();
    if (topicIdNow === null || topicId === "" || topicIdNow === topicId) return;
    this.#events.onRecreated(topicIdNow);
  }
}

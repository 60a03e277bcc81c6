import type { KafkajsCluster } from "./guards/kafkajs-internals.ts";

/**
 * Lets kafkajs know a topic for as long as a question about it takes. It asks about all topics that it knows at once,
 * so that one which is gone would spoil every later answer.
 */
export class BorrowedTopics {
  readonly #cluster: KafkajsCluster;
  readonly #users = new Map<string, number>();

  constructor(cluster: KafkajsCluster) {
    this.#cluster = cluster;
  }

  async during<Value>(topic: string, ask: () => Promise<Value>): Promise<Value> {
    this.#users.set(topic, (this.#users.get(topic) ?? 0) + 1);
    try {
      await this.#cluster.addMultipleTargetTopics([topic]);
      return await ask();
    } finally {
      this.#giveBack(topic);
    }
  }

  #giveBack(topic: string): void {
    const left = (this.#users.get(topic) ?? 1) - 1;
    if (left > 0) {
      this.#users.set(topic, left);
      return;
    }
    this.#users.delete(topic);
    this.#cluster.targetTopics.delete(topic);
  }
}

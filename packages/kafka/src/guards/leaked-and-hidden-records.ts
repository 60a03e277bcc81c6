import { carry } from "../decode/carrier.ts";
import { decodeFetchResponse } from "../decode/fetch-response.ts";
import type { KafkajsInternals } from "./kafkajs-internals.ts";

/**
 * Prevents three faults of kafkajs' fetch decoding: aborted records that are delivered all the same, positions that
 * stop at the last record instead of the end of the record batch (a compacted or control-only tail then hangs the
 * partition for ever), and a single unreadable batch that ends the consumer. The whole response is decoded here; each
 * partition's part travels through kafkajs in one carrier message.
 */
export function leakedAndHiddenRecords({ fetchResponse }: KafkajsInternals): void {
  fetchResponse.decode = async (raw: Buffer): Promise<unknown> => {
    const response = decodeFetchResponse(raw);
    return {
      // The broker did not delay the answer; it expects the client to wait, which kafkajs does by the second field.
      throttleTime: 0,
      clientSideThrottleTime: response.throttleMs,
      errorCode: response.errorCode,
      sessionId: response.sessionId,
      responses: response.topics.map(({ topic, partitions }) => ({
        topicName: topic,
        partitions: partitions.map(carry),
      })),
    };
  };
}

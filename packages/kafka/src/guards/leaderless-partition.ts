import type { KafkajsInternals, Metadata } from "./kafkajs-internals.ts";

/**
 * Prevents one partition without a leader, of any topic asked about, from keeping a client from starting: kafkajs
 * throws the whole answer away. Here the partition stays in it with its leader of -1, which no fetch goes to, and is
 * found again when the metadata is next refreshed. What is wrong with a whole topic is still thrown.
 */
export function leaderlessPartition({ metadataResponse }: KafkajsInternals): void {
  const parse = metadataResponse.parse;
  metadataResponse.parse = async (answer: Metadata): Promise<unknown> => {
    await parse({
      ...answer,
      topicMetadata: answer.topicMetadata.map((topic) => ({
        ...topic,
        partitionMetadata: topic.partitionMetadata.filter(
          ({ partitionErrorCode }) => partitionErrorCode === 0,
        ),
      })),
    });
    return answer;
  };
}

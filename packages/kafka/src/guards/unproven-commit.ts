import {
  type KafkajsConsumerGroup,
  type MemberOfGroup,
  type ProtocolRequest,
  kafkajsInternals,
} from "./kafkajs-internals.ts";

/** What one commit sends. */
export interface OffsetsToCommit {
  readonly member: MemberOfGroup;
  readonly topic: string;
  readonly partitions: readonly { readonly partition: number; readonly offset: string }[];
}

interface Answer {
  readonly responses: readonly {
    readonly topic: string;
    readonly partitions: readonly { readonly partition: number; readonly errorCode: number }[];
  }[];
}

/** What the broker said of one partition; 0 is yes. */
export type CommitAnswers = ReadonlyMap<number, number>;

/**
 * Prevents a commit that is taken for done and is not. kafkajs' own resolves without committing when its runner has
 * stopped, and repeats an old mark under a new generation. This one makes one attempt in the name of the member and
 * generation given, so that a mark from before a rebalance is refused, and tells the answer for each partition.
 */
export async function commitOnce(
  group: KafkajsConsumerGroup,
  { member, topic, partitions }: OffsetsToCommit,
): Promise<CommitAnswers> {
  if (group.offsetManager === null) return new Map();
  const coordinator = await group.offsetManager.getCoordinator();
  const { apiKeys, requests } = kafkajsInternals();
  const makeRequest = coordinator.lookupRequest<Answer>(apiKeys.OffsetCommit, requests.OffsetCommit);
  const wish = { ...member, topics: [{ topic, partitions }] };
  const { request, response } = makeRequest(wish);
  // Its own `parse` throws for the first partition refused and hides the others.
  const lenient: ProtocolRequest<Answer> = {
    request,
    response: { decode: response.decode, parse: (answer) => Promise.resolve(answer) },
  };
  const { responses } = await coordinator.connectionPool.send(lenient);
  const answers = responses.flatMap((answer) => answer.partitions);
  return new Map(answers.map(({ partition, errorCode }) => [partition, errorCode]));
}

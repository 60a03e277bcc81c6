import type { FastifyInstance } from "fastify";
import { needs } from "../access/route-access.ts";
import { describe } from "../answers/describe.ts";
import { partitionPageAnswer } from "../answers/positions.ts";
import { foundConsumer } from "../found-consumer.ts";
import { topicOf } from "../positions/read-plan.ts";
import type { AdminCollaborators } from "../ports.ts";
import { noQuerySchema } from "../schemas/queries.ts";
import { hostStateOf } from "../views/host-state.ts";
import { lagOf } from "../views/lag.ts";
import { partitionsOf } from "../views/partition.ts";

interface ById {
  readonly Params: { readonly id: string };
}

/** Who has which partition of a consumer, and how far each is. */
export function partitionRoutes(
  app: FastifyInstance,
  { consumers, positions, observations }: AdminCollaborators,
): void {
  app.get<ById>(
    "/consumers/:id/partitions",
    {
      config: needs("consumer.read", "consumer"),
      schema: {
        ...describe("consumers", "Lists the partitions of a consumer, with their hosts and their lag.", {
          200: partitionPageAnswer,
        }),
        querystring: noQuerySchema,
      },
    },
    async ({ params }) => {
      const row = await foundConsumer(params.id, { consumers });
      const [kept, seen] = await Promise.all([
        positions.load(row.id, topicOf(row)),
        observations.readStates(row.id),
      ]);
      return { items: partitionsOf(kept, lagOf(seen.map(hostStateOf))), next: null };
    },
  );
}

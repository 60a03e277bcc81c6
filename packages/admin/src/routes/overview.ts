import type { FastifyInstance } from "fastify";
import { needs } from "../access/route-access.ts";
import { describe } from "../answers/describe.ts";
import { overviewAnswer } from "../answers/overview.ts";
import { type OverviewQuery, readOverview } from "../overview/read-overview.ts";
import type { AdminCollaborators } from "../ports.ts";
import { overviewQuerySchema } from "../schemas/overview.ts";

/** Everything in one view: what needs somebody first, and for each consumer the way of its changes. */
export function overviewRoutes(app: FastifyInstance, collaborators: AdminCollaborators): void {
  app.get<{ Querystring: OverviewQuery }>(
    "/overview",
    {
      config: needs("consumer.read", "visible"),
      schema: {
        ...describe("overview", "Shows all consumers, worst first, each from its source to its targets.", {
          200: overviewAnswer,
        }),
        querystring: overviewQuerySchema,
      },
    },
    async ({ query, reach }) => readOverview(query, reach, collaborators),
  );
}

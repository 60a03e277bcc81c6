import type { FastifyInstance } from "fastify";
import { needs } from "../access/route-access.ts";
import { describe } from "../answers/describe.ts";
import { overviewAnswer } from "../answers/overview.ts";
import { limitOf, pageOf } from "../cursor.ts";
import { headOf, placeOf } from "../overview/overview.ts";
import { readChains } from "../overview/read-overview.ts";
import type { StageState } from "../overview/stage.ts";
import type { AdminCollaborators } from "../ports.ts";
import { overviewQuerySchema } from "../schemas/overview.ts";
import type { PagingQuery } from "../schemas/queries.ts";

interface OverviewQuery extends PagingQuery {
  readonly state?: StageState;
}

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
    async ({ query, reach }) => {
      const rows = reach?.among(await collaborators.consumers.list()) ?? [];
      const chains = await readChains(rows, collaborators);
      const wanted = chains.filter(({ state }) => query.state === undefined || state === query.state);
      const page = pageOf(wanted, placeOf, { limit: limitOf(query.limit), cursor: query.cursor });
      return { ...headOf(chains, Date.now()), ...page };
    },
  );
}

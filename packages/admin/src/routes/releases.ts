import { describe } from "../answers/describe.ts";
import { releasePageAnswer } from "../answers/host.ts";
import type { FastifyInstance } from "fastify";
import { needs } from "../access/route-access.ts";
import { limitOf, pageOf } from "../cursor.ts";
import type { AdminCollaborators } from "../ports.ts";
import { type PagingQuery, releasesQuerySchema } from "../schemas/queries.ts";
import { releaseView } from "../views/release.ts";

/** Which releases are installed, what they may do, and which handlers they have. */
export function releaseRoutes(app: FastifyInstance, { releases }: AdminCollaborators): void {
  app.get<{ Querystring: PagingQuery }>(
    "/releases",
    {
      config: needs("plugin.read", "any"),
      schema: {
        ...describe("plugins", "Lists installed releases.", { 200: releasePageAnswer }),
        querystring: releasesQuerySchema,
      },
    },
    async ({ query }) => {
      const page = { limit: limitOf(query.limit), cursor: query.cursor };
      const { items, next } = pageOf(
        await releases.list(),
        (release) => `${release.package}@${release.version}`,
        page,
      );
      return { items: items.map(releaseView), next };
    },
  );
}

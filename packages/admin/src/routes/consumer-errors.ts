import type { FastifyInstance } from "fastify";
import { needs } from "../access/route-access.ts";
import { describe } from "../answers/describe.ts";
import { errorAnswer, errorPageAnswer } from "../answers/errors.ts";
import { foundConsumer } from "../found-consumer.ts";
import type { AdminCollaborators } from "../ports.ts";
import { noQuerySchema } from "../schemas/queries.ts";
import { errorView } from "../views/error.ts";

const querystring = noQuerySchema;

/** What fails for a consumer, by what makes it: code, release and place in the plugin's own files. */
export function consumerErrorRoutes(app: FastifyInstance, collaborators: AdminCollaborators): void {
  const { errors } = collaborators;

  app.get<{ Params: { readonly id: string } }>(
    "/consumers/:id/errors",
    {
      config: needs("consumer.read", "consumer"),
      schema: {
        ...describe("consumers", "Lists what failed, by what made it; at most 200, seen last first.", {
          200: errorPageAnswer,
        }),
        querystring,
      },
    },
    async ({ params }) => {
      const row = await foundConsumer(params.id, collaborators);
      return { items: (await errors.list(row.id)).map(errorView), next: null };
    },
  );

  app.get<{ Params: { readonly id: string; readonly fingerprint: string } }>(
    "/consumers/:id/errors/:fingerprint",
    {
      config: needs("consumer.read", "consumer"),
      schema: {
        ...describe("consumers", "Shows one group of errors.", { 200: errorAnswer }),
        querystring,
      },
    },
    async ({ params }) => {
      const row = await foundConsumer(params.id, collaborators);
      return errorView(await errors.get(row.id, params.fingerprint));
    },
  );
}

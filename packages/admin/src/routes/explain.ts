import { describe } from "../answers/describe.ts";
import { explainAnswer } from "../answers/consumers.ts";
import type { FastifyInstance } from "fastify";
import { GluttonyError } from "@gluttony/model";
import { needs } from "../access/route-access.ts";
import { foundConsumer } from "../found-consumer.ts";
import type { AdminCollaborators } from "../ports.ts";
import { type ExplainBody, explainSchema } from "../schemas/explain.ts";
import { noQuerySchema } from "../schemas/queries.ts";

/** Why a record, or what belongs to a key, was not delivered. */
export function explainRoute(app: FastifyInstance, collaborators: AdminCollaborators): void {
  app.post<{ Params: { readonly id: string }; Body: ExplainBody }>(
    "/consumers/:id([^:]+)::explain",
    {
      config: needs("consumer.explain", "consumer"),
      schema: {
        ...describe("consumers", "Says where a record or a key stands, and why it was not delivered.", {
          200: explainAnswer,
        }),
        querystring: noQuerySchema,
        body: explainSchema,
      },
    },
    async ({ params, body }) => {
      const row = await foundConsumer(params.id, collaborators);
      if (collaborators.explain === undefined) throw new GluttonyError("request.not_found");
      const question =
        "key" in body ? { key: body.key } : { partition: body.partition, offset: BigInt(body.offset) };
      return collaborators.explain(row, question);
    },
  );
}

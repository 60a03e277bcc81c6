import { type TSchema, Type } from "@sinclair/typebox";
import type { FastifyInstance } from "fastify";
import { needs } from "../access/route-access.ts";
import { describe } from "../answers/describe.ts";
import { seriesAnswer } from "../answers/series.ts";
import { foundConsumer } from "../found-consumer.ts";
import { pointView, type SeriesQuery, spanOf } from "../overview/series.ts";
import type { AdminCollaborators } from "../ports.ts";

const time = Type.Optional(Type.String({ minLength: 1, maxLength: 40 }));
const querySchema: TSchema = Type.Object(
  { from: time, to: time, step: Type.Optional(Type.Union([Type.Literal("10"), Type.Literal("120")])) },
  { additionalProperties: false },
);

/** What a consumer did over time, for charts. */
export function seriesRoutes(app: FastifyInstance, collaborators: AdminCollaborators): void {
  app.get<{ Params: { readonly id: string }; Querystring: SeriesQuery }>(
    "/consumers/:id/metrics",
    {
      config: needs("consumer.read", "consumer"),
      schema: {
        ...describe("consumers", "Shows what a consumer did over time, in steps of 10 or 120 seconds.", {
          200: seriesAnswer,
        }),
        querystring: querySchema,
      },
    },
    async ({ params, query }) => {
      const row = await foundConsumer(params.id, collaborators);
      const span = spanOf(query, Date.now());
      const points = (await collaborators.series?.read(row.id, span)) ?? [];
      return {
        stepMs: span.stepS * 1_000,
        from: span.from.toISOString(),
        to: span.to.toISOString(),
        items: points.map(pointView),
        next: null,
      };
    },
  );
}

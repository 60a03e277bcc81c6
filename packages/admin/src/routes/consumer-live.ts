import { GluttonyError } from "@gluttony/model";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { secretAnswer } from "../access/repeated-request.ts";
import { needs } from "../access/route-access.ts";
import { describeText } from "../answers/describe.ts";
import { foundConsumer } from "../found-consumer.ts";
import { beginLive, type LiveWish } from "../live/live-stream.ts";
import type { AdminCollaborators } from "../ports.ts";
import { noQuerySchema } from "../schemas/queries.ts";
import { liveSchema } from "../schemas/records.ts";
import type { Streams } from "../streams/streams.ts";
import { meansOf } from "./changes.ts";

interface OneConsumer {
  readonly Params: { readonly id: string };
}

/** What one consumer does, as it does it. */
export function consumerLiveRoutes(
  app: FastifyInstance,
  collaborators: AdminCollaborators,
  streams: Streams,
): void {
  const config = needs("change.read", "consumer");
  const told = "text/event-stream";

  app.get<OneConsumer & { Querystring: LiveWish }>(
    "/consumers/:id/live",
    {
      config,
      exposeHeadRoute: false,
      schema: {
        ...describeText(
          "consumers",
          "Tells the consumer's records as they end, and its state; goes on from Last-Event-ID, and `gap` says what was left out.",
          told,
        ),
        querystring: liveSchema,
      },
    },
    (request, reply) => answer({ request, reply, wish: request.query }),
  );

  app.post<OneConsumer & { Body: LiveWish }>(
    "/consumers/:id/live::search",
    {
      config: { ...config, ...secretAnswer },
      schema: {
        ...describeText(
          "consumers",
          "Tells them likewise, with a key that no log of addresses gets to see.",
          told,
        ),
        querystring: noQuerySchema,
        body: liveSchema,
      },
    },
    (request, reply) => answer({ request, reply, wish: request.body }),
  );

  async function answer({ request, reply, wish }: Asked): Promise<FastifyReply> {
    const row = await foundConsumer(request.params.id, collaborators);
    const { ledger } = collaborators;
    if (ledger === undefined) throw new GluttonyError("request.not_found");
    const means = { ...meansOf(collaborators), ledger, collaborators };
    const last = request.headers["last-event-id"];
    const after = typeof last === "string" && last !== "" ? last : wish.after;
    const from = after === undefined ? wish : { ...wish, after };
    return streams.answer(request, reply, () => beginLive(row, from, means));
  }
}

interface Asked {
  readonly request: FastifyRequest<OneConsumer>;
  readonly reply: FastifyReply;
  readonly wish: LiveWish;
}

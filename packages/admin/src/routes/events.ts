import { GluttonyError } from "@gluttony/model";
import type { FastifyInstance } from "fastify";
import { needs } from "../access/route-access.ts";
import { describeText } from "../answers/describe.ts";
import type { AdminCollaborators } from "../ports.ts";
import { eventsQuerySchema } from "../schemas/events.ts";
import { EventHub } from "../streams/event-hub.ts";
import { beginEvents, type EventTopic, eventTopics } from "../streams/event-stream.ts";
import type { Streams } from "../streams/streams.ts";

/** What happens, as it happens, in one stream. */
export function eventRoutes(app: FastifyInstance, collaborators: AdminCollaborators, streams: Streams): void {
  const { events: store, consumers } = collaborators;
  const hub = store === undefined ? null : new EventHub(store);

  app.get<{ Querystring: { readonly topics?: string } }>(
    "/events",
    {
      config: needs("consumer.read", "visible"),
      exposeHeadRoute: false,
      schema: {
        ...describeText(
          "events",
          "Tells what happens, from Last-Event-ID on where it is sent; `dropped` says how much was left out.",
          "text/event-stream",
        ),
        querystring: eventsQuerySchema,
      },
    },
    async (request, reply) => {
      const topics = topicsOf(request.query.topics);
      if (store === undefined || hub === null || request.reach === null)
        throw new GluttonyError("request.not_found");
      // Each event is judged by itself, as its consumer's labels are then.
      request.reach.among([]);
      const lastId = lastIdOf(request.headers["last-event-id"]);
      return streams.answer(request, reply, (context) =>
        beginEvents({ topics, lastId }, { store, hub, consumers }, context),
      );
    },
  );
}

function topicsOf(written: string | undefined): readonly EventTopic[] {
  const known = Object.keys(eventTopics);
  const wanted = written?.split(",") ?? known;
  const strange = wanted.find((topic) => !known.includes(topic));
  if (strange === undefined) return wanted.filter((topic): topic is EventTopic => known.includes(topic));
  const fault = {
    path: "/topics",
    message: `There are no events of ${strange}.`,
    suggestion: known.join(","),
  };
  throw new GluttonyError("request.invalid", {}, { faults: [fault] });
}

/** Null for none, and for what is none of ours: such a client begins anew. */
function lastIdOf(header: string | readonly string[] | undefined): bigint | null {
  return typeof header === "string" && /^\d{1,18}$/.test(header) ? BigInt(header) : null;
}

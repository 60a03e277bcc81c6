import { describeText } from "../answers/describe.ts";
import type { FastifyInstance } from "fastify";
import { openAccess } from "../access/route-access.ts";
import type { AdminCollaborators } from "../ports.ts";

/** The metrics of this host, in Prometheus' format; they hold no names of persons and no keys. */
export function metricsRoutes(app: FastifyInstance, collaborators: AdminCollaborators): void {
  app.get(
    "/metrics",
    {
      ...openAccess,
      schema: describeText("host", "The metrics of this host, in Prometheus' format.", "text/plain"),
    },
    async (_request, reply) => {
      const { contentType, body } = await collaborators.metrics();
      return reply.header("Content-Type", contentType).send(body);
    },
  );
}

import type { FastifyInstance } from "fastify";
import { openAccess } from "../access/route-access.ts";
import type { AdminCollaborators } from "../ports.ts";

/** The metrics of this host, in Prometheus' format; they hold no names of persons and no keys. */
export function metricsRoutes(app: FastifyInstance, collaborators: AdminCollaborators): void {
  app.get("/metrics", openAccess, async (_request, reply) => {
    const { contentType, body } = await collaborators.metrics();
    return reply.header("Content-Type", contentType).send(body);
  });
}

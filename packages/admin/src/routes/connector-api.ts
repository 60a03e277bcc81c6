import type { FastifyInstance } from "fastify";
import type { AdminCollaborators } from "../ports.ts";
import { connectClusterRoutes } from "./connect-clusters.ts";
import { connectionRoutes } from "./connections.ts";
import { connectorDeedRoutes } from "./connector-deeds.ts";
import { connectorOffsetRoutes } from "./connector-offsets.ts";
import { connectorPlanRoutes } from "./connector-plans.ts";
import { connectorSnapshotRoutes } from "./connector-snapshots.ts";
import { connectorRoutes } from "./connectors.ts";

/** Connectors, their cluster and their sources. */
export function connectorApiRoutes(app: FastifyInstance, collaborators: AdminCollaborators): void {
  connectorRoutes(app, collaborators);
  connectorPlanRoutes(app, collaborators);
  connectorDeedRoutes(app, collaborators);
  connectorOffsetRoutes(app, collaborators);
  connectorSnapshotRoutes(app, collaborators);
  connectClusterRoutes(app, collaborators);
  connectionRoutes(app, collaborators);
}

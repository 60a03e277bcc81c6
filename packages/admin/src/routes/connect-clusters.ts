import { GluttonyError } from "@gluttony/model";
import type { FastifyInstance } from "fastify";
import { needs } from "../access/route-access.ts";
import {
  clusterAnswer,
  clusterPageAnswer,
  connectorSchemaAnswer,
  connectorTypesAnswer,
} from "../answers/connectors.ts";
import { describe } from "../answers/describe.ts";
import type { ConnectCluster, ConnectorOption, ConnectorType } from "../connector-ports.ts";
import { requireConnectors } from "../connectors/found-connector.ts";
import type { AdminCollaborators } from "../ports.ts";
import { noQuerySchema } from "../schemas/queries.ts";
import { clusterName } from "../views/connector.ts";

interface ById {
  readonly Params: { readonly id: string };
}

/** The cluster of CONNECT_HOST: its workers, what they can make, and what each can be told. */
export function connectClusterRoutes(app: FastifyInstance, collaborators: AdminCollaborators): void {
  const config = needs("connector.read", "any");
  const querystring = noQuerySchema;

  app.get(
    "/connect-clusters",
    {
      config,
      schema: {
        ...describe("connect-clusters", "Lists Connect clusters; there is one where CONNECT_HOST is set.", {
          200: clusterPageAnswer,
        }),
        querystring,
      },
    },
    async () => {
      const { connectors } = collaborators;
      return { items: connectors === undefined ? [] : [await clusterView(connectors.cluster)], next: null };
    },
  );

  app.get<ById>(
    "/connect-clusters/:id",
    {
      config,
      schema: {
        ...describe("connect-clusters", "Shows a Connect cluster: its workers, version and capabilities.", {
          200: clusterAnswer,
        }),
        querystring,
      },
    },
    async ({ params }) => clusterView(clusterOf(params.id, collaborators)),
  );

  app.get<ById>(
    "/connect-clusters/:id/types",
    {
      config,
      schema: {
        ...describe("connect-clusters", "Lists the connectors that the workers can make.", {
          200: connectorTypesAnswer,
        }),
        querystring,
      },
    },
    async ({ params }) => {
      const types = await clusterOf(params.id, collaborators).types();
      return { items: types.map(typeView), next: null };
    },
  );

  app.get<{ Params: { readonly id: string; readonly type: string } }>(
    "/connect-clusters/:id/types/:type/schema",
    {
      config,
      schema: {
        ...describe(
          "connect-clusters",
          "Shows what a connector can be told, by the worker's own definitions.",
          {
            200: connectorSchemaAnswer,
          },
        ),
        querystring,
      },
    },
    async ({ params }) => {
      const { type, options } = await clusterOf(params.id, collaborators).schema(params.type);
      return { ...typeView(type), options: options.map(optionView) };
    },
  );
}

function clusterOf(name: string, collaborators: Pick<AdminCollaborators, "connectors">): ConnectCluster {
  const { cluster } = requireConnectors(collaborators);
  if (name !== clusterName) throw new GluttonyError("connect.cluster_missing");
  return cluster;
}

async function clusterView(cluster: ConnectCluster): Promise<object> {
  const { workers, version, kafkaClusterId, capabilities } = await cluster.look();
  const isReachable = workers.some((worker) => worker.isReachable);
  return {
    name: clusterName,
    isReachable,
    version,
    kafkaClusterId,
    capabilities,
    workers: workers.map(({ url, refusal, ...worker }) => ({
      url,
      isReachable: worker.isReachable,
      version: worker.version,
      refusal: refusal === null ? null : { code: refusal.code, facts: refusal.facts },
    })),
    plugins: isReachable ? (await cluster.types()).length : null,
  };
}

function typeView({ name, className, type, version, isAllowed }: ConnectorType): object {
  return { name, className, type, version, isAllowed };
}

function optionView(option: ConnectorOption): object {
  return {
    name: option.name,
    type: option.type,
    isRequired: option.isRequired,
    defaultValue: option.defaultValue,
    importance: option.importance,
    group: option.group,
    label: option.label,
    documentation: option.documentation,
    isSecret: option.isSecret,
    isSettable: option.isSettable,
  };
}

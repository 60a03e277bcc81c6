import { type ConsumerRow, GluttonyError } from "@gluttony/model";
import type { FastifyInstance } from "fastify";
import { needs } from "../access/route-access.ts";
import { describe } from "../answers/describe.ts";
import {
  pluginDeedAnswer,
  upgradePlanAnswer,
  usedPluginAnswer,
  usedPluginPageAnswer,
} from "../answers/plugins.ts";
import { foundConsumer } from "../found-consumer.ts";
import type { PluginDeed, UsedPlugin } from "../plugin-ports.ts";
import { requireUpgradable, upgradePlan, upgradeValidMs } from "../plugins/upgrade-plan.ts";
import type { AdminCollaborators } from "../ports.ts";
import {
  type ApplyUpgradeBody,
  applyUpgradeSchema,
  planUpgradeSchema,
  type ReasonBody,
  reasonSchema,
  type VersionBody,
  versionSchema,
} from "../schemas/plugins.ts";
import { noQuerySchema } from "../schemas/queries.ts";
import { usedPluginView } from "../views/plugin.ts";
import { perform } from "./plugin-deeds.ts";

interface OfConsumer {
  readonly Params: { readonly id: string; readonly name: string };
}

const querystring = noQuerySchema;

/** Which release runs one consumer's handler: seen, pinned, shadowed, and brought to another one by a plan. */
export function consumerPluginRoutes(app: FastifyInstance, collaborators: AdminCollaborators): void {
  readRoutes(app, collaborators);
  deedRoutes(app, collaborators);
  upgradeRoutes(app, collaborators);
}

function readRoutes(app: FastifyInstance, collaborators: AdminCollaborators): void {
  const { plugins } = collaborators;

  app.get<{ Params: { readonly id: string } }>(
    "/consumers/:id/plugins",
    {
      config: needs("consumer.read", "consumer"),
      schema: {
        ...describe("plugins", "Names the plugin of a consumer's handler, and the release that serves it.", {
          200: usedPluginPageAnswer,
        }),
        querystring,
      },
    },
    async ({ params }) => {
      const used = await plugins.usedBy(await foundConsumer(params.id, collaborators));
      return { items: used === null ? [] : [usedPluginView(used)], next: null };
    },
  );

  app.get<OfConsumer>(
    "/consumers/:id/plugins/:name",
    {
      config: needs("consumer.read", "consumer"),
      schema: {
        ...describe(
          "plugins",
          "Shows which release serves a consumer, its pin, and how its shadow compares.",
          {
            200: usedPluginAnswer,
          },
        ),
        querystring,
      },
    },
    async ({ params }) => {
      const row = await foundConsumer(params.id, collaborators);
      return usedPluginView(await usedPlugin(row, params.name, collaborators));
    },
  );
}

const withVersion = {
  pin: "Holds a consumer on an installed release in its range.",
  shadow: "Gives a release the consumer's changes, too, dry, and counts how it compares.",
} as const;

const withoutVersion = {
  unpin: "Lets a consumer take the highest active release in its range again.",
  unshadow: "Ends the shadow; its counts go.",
  "roll-back": "Pins a consumer to the release that served it before; needs no network.",
} as const;

function deedRoutes(app: FastifyInstance, collaborators: AdminCollaborators): void {
  for (const verb of ["pin", "shadow"] as const) {
    app.post<OfConsumer & { readonly Body: VersionBody }>(
      `/consumers/:id([^:/]+)/plugins/:name([^:]+)::${verb}`,
      {
        config: needs("plugin.write", "consumer"),
        schema: {
          ...describe("plugins", withVersion[verb], { 200: pluginDeedAnswer }),
          querystring,
          body: versionSchema,
        },
      },
      async (request) => {
        const { id: consumer } = await foundConsumer(request.params.id, collaborators);
        const deed: PluginDeed = { do: verb, version: request.body.version, consumer };
        return perform(request, { packageName: request.params.name, deed }, collaborators);
      },
    );
  }
  for (const verb of ["unpin", "unshadow", "roll-back"] as const) {
    app.post<OfConsumer & { readonly Body: ReasonBody }>(
      `/consumers/:id([^:/]+)/plugins/:name([^:]+)::${verb}`,
      {
        config: needs("plugin.write", "consumer"),
        schema: {
          ...describe("plugins", withoutVersion[verb], { 200: pluginDeedAnswer }),
          querystring,
          body: reasonSchema,
        },
      },
      async (request) => {
        const { id: consumer } = await foundConsumer(request.params.id, collaborators);
        const deed: PluginDeed = { do: verb, consumer };
        return perform(request, { packageName: request.params.name, deed }, collaborators);
      },
    );
  }
}

function upgradeRoutes(app: FastifyInstance, collaborators: AdminCollaborators): void {
  const { plugins } = collaborators;

  app.post<OfConsumer & { readonly Body: { readonly version: string } }>(
    "/consumers/:id([^:/]+)/plugins/:name([^:]+)::plan-upgrade",
    {
      config: needs("plugin.write", "consumer"),
      schema: {
        ...describe("plugins", "Says what another release would change for a consumer; changes nothing.", {
          200: upgradePlanAnswer,
        }),
        querystring,
        body: planUpgradeSchema,
      },
    },
    async ({ params, body }) => {
      const row = await foundConsumer(params.id, collaborators);
      const facts = await plugins.upgradeOf(row, params.name, body.version);
      return upgradePlan(row, facts, new Date(Date.now() + upgradeValidMs).toISOString());
    },
  );

  app.post<OfConsumer & { readonly Body: ApplyUpgradeBody }>(
    "/consumers/:id([^:/]+)/plugins/:name([^:]+)::apply-upgrade",
    {
      config: needs("plugin.write", "consumer"),
      schema: {
        ...describe("plugins", "Pins a consumer to the release of a plan, while the plan holds.", {
          200: pluginDeedAnswer,
        }),
        querystring,
        body: applyUpgradeSchema,
      },
    },
    async (request) => {
      const { params, body } = request;
      const row = await foundConsumer(params.id, collaborators);
      const facts = await plugins.upgradeOf(row, params.name, body.version);
      requireUpgradable(upgradePlan(row, facts, body.expiresAt), body.hash, Date.now());
      const deed: PluginDeed = { do: "pin", version: body.version, consumer: row.id };
      return perform(request, { packageName: params.name, deed }, collaborators);
    },
  );
}

async function usedPlugin(
  row: ConsumerRow,
  packageName: string,
  { plugins }: Pick<AdminCollaborators, "plugins">,
): Promise<UsedPlugin> {
  const used = await plugins.usedBy(row);
  if (used !== null && used.package === packageName) return used;
  throw new GluttonyError("plugin.consumer_uses_another", {
    plugin: packageName,
    consumer: row.name,
    names: used?.package ?? "what cannot be read",
  });
}

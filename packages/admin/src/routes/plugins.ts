import { GluttonyError } from "@gluttony/model";
import type { FastifyInstance } from "fastify";
import { idsInReach } from "../access/ids-in-reach.ts";
import { needs } from "../access/route-access.ts";
import { describe } from "../answers/describe.ts";
import {
  pluginAnswer,
  pluginHistoryAnswer,
  pluginPageAnswer,
  pluginReleaseAnswer,
  settingsSchemaAnswer,
} from "../answers/plugins.ts";
import { limitOf, pageOf } from "../cursor.ts";
import { foundPlugin, foundRelease } from "../found-plugin.ts";
import type { AdminCollaborators } from "../ports.ts";
import { ofHandlerQuerySchema } from "../schemas/plugins.ts";
import { noQuerySchema, type PagingQuery, releasesQuerySchema } from "../schemas/queries.ts";
import { pluginReleaseView, pluginView } from "../views/plugin.ts";

interface ByName {
  readonly Params: { readonly name: string };
}

interface ByVersion {
  readonly Params: { readonly name: string; readonly version: string };
}

/** Installed plugins: their releases, what they ask for, whom each serves, and what was done to them. */
export function pluginRoutes(app: FastifyInstance, collaborators: AdminCollaborators): void {
  const { plugins, consumers } = collaborators;
  const querystring = noQuerySchema;

  app.get<{ Querystring: PagingQuery }>(
    "/plugins",
    {
      config: needs("plugin.read", "visible"),
      schema: {
        ...describe("plugins", "Lists installed plugins, their releases and who uses them.", {
          200: pluginPageAnswer,
        }),
        querystring: releasesQuerySchema,
      },
    },
    async ({ query, reach }) => {
      const page = { limit: limitOf(query.limit), cursor: query.cursor };
      const visible = idsInReach(reach, await consumers.list());
      const { items, next } = pageOf(await plugins.packages(), (name) => name, page);
      const found = await Promise.all(items.map((name) => plugins.get(name)));
      return { items: found.flatMap((one) => (one === null ? [] : [pluginView(one, visible)])), next };
    },
  );

  app.get<ByName>(
    "/plugins/:name",
    {
      config: needs("plugin.read", "visible"),
      schema: {
        ...describe("plugins", "Shows one plugin; a scope's slash is written %2F.", { 200: pluginAnswer }),
        querystring,
      },
    },
    async ({ params, reach }) =>
      pluginView(await foundPlugin(params.name, plugins), idsInReach(reach, await consumers.list())),
  );

  app.get<ByVersion>(
    "/plugins/:name/versions/:version",
    {
      config: needs("plugin.read", "any"),
      schema: {
        ...describe("plugins", "Shows one release, what it asks for and what was granted.", {
          200: pluginReleaseAnswer,
        }),
        querystring,
      },
    },
    async ({ params }) => {
      const plugin = await foundPlugin(params.name, plugins);
      const view = pluginReleaseView(plugin.package, foundRelease(plugin, params.version));
      if (view === null) throw new GluttonyError("plugin.release_unknown");
      return view;
    },
  );

  app.get<ByVersion & { readonly Querystring: { readonly handler?: string } }>(
    "/plugins/:name/versions/:version/schema",
    {
      config: needs("plugin.read", "any"),
      schema: {
        ...describe("plugins", "Gives the JSON Schema of a handler's settings.", {
          200: settingsSchemaAnswer,
        }),
        querystring: ofHandlerQuerySchema,
      },
    },
    async ({ params, query }) => {
      const plugin = await foundPlugin(params.name, plugins);
      const { release, version } = foundRelease(plugin, params.version);
      const handlers = release?.manifest.handlers ?? [];
      const wanted = query.handler;
      const found = handlers.find(({ name }) => wanted === undefined || name === wanted);
      const names = handlers.map(({ name }) => name);
      if (wanted === undefined && handlers.length > 1)
        throw new GluttonyError("handler.ambiguous", { plugin: plugin.package, handlers: names });
      if (found === undefined)
        throw new GluttonyError("handler.not_found", { plugin: plugin.package, handlers: names });
      return { package: plugin.package, version, handler: found.name, schema: found.config };
    },
  );

  app.get<ByName>(
    "/plugins/:name/history",
    {
      config: needs("plugin.read", "visible"),
      schema: {
        ...describe("plugins", "Lists the newest 50 deeds on a plugin: who did what, for whom, and why.", {
          200: pluginHistoryAnswer,
        }),
        querystring,
      },
    },
    async ({ params, reach }) => {
      const visible = idsInReach(reach, await consumers.list());
      const deeds = await plugins.history(params.name);
      // A consumer's own deeds are its own; one that is gone is seen by who sees all.
      const seen = deeds.filter(
        ({ consumerId }) => consumerId === null || visible.has(consumerId) || reach?.isUnlimited === true,
      );
      const items = seen.map(({ at, actor, deed, version, consumerId, reason }) => ({
        at: at.toISOString(),
        actor,
        deed,
        version,
        consumerId,
        reason,
      }));
      return { items, next: null };
    },
  );
}

import type { FastifyInstance, FastifyRequest } from "fastify";
import { idsInReach } from "../access/ids-in-reach.ts";
import { needs } from "../access/route-access.ts";
import { describe } from "../answers/describe.ts";
import { installedAnswer, pluginDeedAnswer } from "../answers/plugins.ts";
import { foundPlugin } from "../found-plugin.ts";
import type { PluginActor, PluginDeed } from "../plugin-ports.ts";
import type { AdminCollaborators } from "../ports.ts";
import {
  type InstallBody,
  installSchema,
  type ReasonBody,
  reasonQuerySchema,
  reasonSchema,
} from "../schemas/plugins.ts";
import { noQuerySchema } from "../schemas/queries.ts";
import { pluginChangeView, pluginView } from "../views/plugin.ts";

interface ByVersion {
  readonly Params: { readonly name: string; readonly version: string };
  readonly Body: ReasonBody;
}

const querystring = noQuerySchema;

/** What people do to plugins for all consumers: each is a deed of the plugin desk, as the commands do it. */
export function pluginDeedRoutes(app: FastifyInstance, collaborators: AdminCollaborators): void {
  const { plugins } = collaborators;

  app.post<{ Body: InstallBody }>(
    "/plugins",
    {
      config: needs("plugin.write", "all"),
      schema: {
        ...describe(
          "plugins",
          "Installs a release from a registry of the host's policy; answers when it is there.",
          {
            201: installedAnswer,
          },
        ),
        querystring,
        body: installSchema,
      },
    },
    async ({ body, actor }, reply) => {
      const { source, registry = null, grantNet = [], activates = true } = body;
      const wish = { source, registry, grantNet, activates };
      const { release, integrity, notGranted } = await plugins.install(wish, byOf(actor, body.reason));
      const { package: name, version, treeHash, manifest, grantedNet, grantedSecrets = {} } = release;
      const location = `/api/v1/plugins/${encodeURIComponent(name)}/versions/${encodeURIComponent(version)}`;
      return reply
        .code(201)
        .header("Location", location)
        .send({
          package: name,
          version,
          treeHash,
          integrity,
          handlers: manifest.handlers.map((handler) => handler.name),
          granted: { net: grantedNet, secrets: Object.keys(grantedSecrets) },
          notGranted,
          isActive: activates,
        });
    },
  );

  for (const verb of ["activate", "deactivate"] as const) {
    app.post<ByVersion>(
      `/plugins/:name([^:]+)/versions/:version([^:]+)::${verb}`,
      {
        config: needs("plugin.write", "all"),
        schema: {
          ...describe("plugins", sentences[verb], { 200: pluginDeedAnswer }),
          querystring,
          body: reasonSchema,
        },
      },
      async (request) => {
        const { name, version } = request.params;
        return perform(request, { packageName: name, deed: { do: verb, version } }, collaborators);
      },
    );
  }

  app.post<{ Params: { readonly name: string }; Body: ReasonBody }>(
    "/plugins/:name([^:]+)::roll-back",
    {
      config: needs("plugin.write", "all"),
      schema: {
        ...describe("plugins", "Takes the last activation back; needs no network.", {
          200: pluginDeedAnswer,
        }),
        querystring,
        body: reasonSchema,
      },
    },
    async (request) =>
      perform(
        request,
        { packageName: request.params.name, deed: { do: "roll-back", consumer: null } },
        collaborators,
      ),
  );

  app.delete<{ Params: ByVersion["Params"]; Querystring: ReasonBody }>(
    "/plugins/:name/versions/:version",
    {
      config: { ...needs("plugin.write", "all"), isUnchanging: true },
      schema: {
        ...describe("plugins", "Removes a release that nobody uses; who does is named in the refusal.", {
          204: null,
        }),
        querystring: reasonQuerySchema,
      },
    },
    async ({ params, query, actor }, reply) => {
      const release = { package: params.name, version: params.version };
      await plugins.uninstall(release, byOf(actor, query.reason));
      return reply.code(204).send();
    },
  );
}

const sentences = {
  activate: "Lets an installed release serve whoever has it in their range.",
  deactivate: "Lets a release serve no longer; what would leave a consumer without one is refused.",
};

/** Does a deed and answers what it changed, with the plugin as it stands then. */
export async function perform(
  { actor, body, reach }: Pick<FastifyRequest<{ Body: ReasonBody }>, "actor" | "body" | "reach">,
  { packageName, deed }: { readonly packageName: string; readonly deed: PluginDeed },
  { plugins, consumers }: Pick<AdminCollaborators, "plugins" | "consumers">,
): Promise<object> {
  const changes = await plugins.perform(packageName, deed, byOf(actor, body.reason));
  const visible = idsInReach(reach, await consumers.list());
  const plugin = await foundPlugin(packageName, plugins);
  return { changes: changes.map(pluginChangeView), plugin: pluginView(plugin, visible) };
}

export function byOf(actor: string, reason: string | undefined): PluginActor {
  return { actor, reason: reason ?? null };
}

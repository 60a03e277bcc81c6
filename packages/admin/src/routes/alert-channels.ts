import { type Fault, GluttonyError } from "@gluttony/model";
import type { FastifyInstance, FastifyReply } from "fastify";
import { needs } from "../access/route-access.ts";
import type { AlertChannel, Alerting, ChannelDraft } from "../alerting-ports.ts";
import { alertChannelAnswer, alertChannelPageAnswer, alertTestAnswer } from "../answers/alerts.ts";
import { describe } from "../answers/describe.ts";
import type { AdminCollaborators } from "../ports.ts";
import { etagOf, seenRevision } from "../revision.ts";
import {
  type ChannelBody,
  type CreateChannelBody,
  createChannelSchema,
  replaceChannelSchema,
} from "../schemas/alerts.ts";
import { noQuerySchema } from "../schemas/queries.ts";
import { channelView } from "../views/alert.ts";

interface ById {
  readonly Params: { readonly id: string };
}

const codes = { missing: "request.revision_required", stale: "alert.stale_revision" } as const;
const querystring = noQuerySchema;

/** Where alerts go. Addresses and secrets go in and never come back out. */
export function alertChannelRoutes(app: FastifyInstance, { alerting }: AdminCollaborators): void {
  const { store } = alerting;
  const writing = needs("alert.write", "all");

  app.get(
    "/alert-channels",
    {
      config: needs("alert.read", "all"),
      schema: { ...describe("alerts", "Lists channels.", { 200: alertChannelPageAnswer }), querystring },
    },
    async () => ({ items: (await store.channels()).map(channelView), next: null }),
  );

  app.get<ById>(
    "/alert-channels/:id",
    {
      config: needs("alert.read", "all"),
      schema: { ...describe("alerts", "Shows one channel.", { 200: alertChannelAnswer }), querystring },
    },
    async ({ params }, reply) => sendChannel(await foundChannel(params.id, alerting), reply),
  );

  app.post<{ Body: CreateChannelBody }>(
    "/alert-channels",
    {
      config: writing,
      schema: {
        ...describe("alerts", "Makes a channel.", { 201: alertChannelAnswer }),
        querystring,
        body: createChannelSchema,
      },
    },
    async ({ body, actor }, reply) => {
      const { name, kind, isEnabled, language, url, secret, mail = null } = body;
      requireAllowed({ url, kind, mail }, alerting);
      const channel = await store.createChannel(
        { name, kind, isEnabled, language, url, secret, mail },
        actor,
      );
      reply.code(201).header("Location", `/api/v1/alert-channels/${channel.id}`);
      return sendChannel(channel, reply);
    },
  );

  app.put<ById & { Body: ChannelBody }>(
    "/alert-channels/:id",
    {
      config: writing,
      schema: {
        ...describe("alerts", "Brings a channel to what the body says; its name stays.", {
          200: alertChannelAnswer,
        }),
        querystring,
        body: replaceChannelSchema,
      },
    },
    async ({ params, headers, body, actor }, reply) => {
      const revision = seenRevision(headers["if-match"], codes);
      const { id, name } = await foundChannel(params.id, alerting);
      const { kind, isEnabled, language, url, secret, mail = null } = body;
      requireAllowed({ url, kind, mail }, alerting);
      const draft = { name, kind, isEnabled, language, url, secret, mail };
      return sendChannel(await store.updateChannel(id, draft, { actor, revision }), reply);
    },
  );

  app.delete<ById>(
    "/alert-channels/:id",
    {
      config: writing,
      schema: { ...describe("alerts", "Deletes a channel.", { 204: null }), querystring },
    },
    async ({ params, headers, actor }, reply) => {
      const revision = seenRevision(headers["if-match"], codes);
      const { id } = await foundChannel(params.id, alerting);
      await store.deleteChannel(id, { actor, revision });
      return reply.code(204).send();
    },
  );

  app.post<ById>(
    "/alert-channels/:id([^:/]+)::test",
    {
      config: writing,
      schema: {
        ...describe("alerts", "Sends a message through a channel that says that nothing is wrong.", {
          200: alertTestAnswer,
        }),
        querystring,
      },
    },
    async ({ params }) => {
      const { id } = await foundChannel(params.id, alerting);
      await alerting.test(id);
      return { delivered: true };
    },
  );
}

async function foundChannel(idOrName: string, { store }: Alerting): Promise<AlertChannel> {
  const channels = await store.channels();
  const found = channels.find(({ id }) => id === idOrName) ?? channels.find(({ name }) => name === idOrName);
  if (found === undefined) throw new GluttonyError("alert.channel_not_found");
  return found;
}

// The fault says what is wrong with the address and never repeats it: it may be a secret.
function requireAllowed(
  { url, kind, mail }: Pick<ChannelDraft, "kind" | "mail" | "url">,
  { refusalOf }: Alerting,
): void {
  const faults: Fault[] = [];
  const message = url === undefined ? null : refusalOf(url, kind);
  if (message !== null) faults.push({ path: "/url", message });
  if ((kind === "mail") !== (mail !== null)) {
    const wanted =
      mail === null
        ? "A mail channel needs it: from, to, user and allowsClearText."
        : "Only of the kind mail.";
    faults.push({ path: "/mail", message: wanted });
  }
  if (faults.length > 0) throw new GluttonyError("alert.destination_refused", {}, { faults });
}

function sendChannel(channel: AlertChannel, reply: FastifyReply): ReturnType<typeof channelView> {
  reply.header("ETag", etagOf(channel.revision));
  return channelView(channel);
}

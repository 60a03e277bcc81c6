import {
  changedSettings,
  type Fault,
  GluttonyError,
  parseSettingChanges,
  type SettingChanges,
  settingDifferences,
} from "@gluttony/model";
import type { FastifyInstance, FastifyReply } from "fastify";
import { needs } from "../access/route-access.ts";
import { describe } from "../answers/describe.ts";
import { settingsAnswer, settingsPlanAnswer, settingsRevisionPageAnswer } from "../answers/settings.ts";
import { limitOf } from "../cursor.ts";
import type { AdminCollaborators } from "../ports.ts";
import { etagOf, seenRevision } from "../revision.ts";
import { noQuerySchema } from "../schemas/queries.ts";
import { type RevisionsQuery, revisionsQuerySchema } from "../schemas/revisions.ts";
import { type SettingsBody, settingsBodySchema } from "../schemas/settings.ts";
import type { KeptSettings } from "../settings-ports.ts";
import { settingsRevisionView, settingsView, type SettingsView } from "../views/settings.ts";

const codes = { missing: "request.revision_required", stale: "settings.stale_revision" } as const;
const querystring = noQuerySchema;

/** Settings that people change while hosts run, beside what comes from the environment and cannot be changed here. */
export function settingsRoutes(app: FastifyInstance, { settings }: AdminCollaborators): void {
  const { store, environment } = settings;
  const reading = needs("settings.read", "any");
  const writing = needs("settings.write", "all");
  const send = (kept: KeptSettings, reply: FastifyReply): SettingsView => {
    reply.header("ETag", etagOf(kept.revision));
    return settingsView(kept, environment);
  };

  app.get(
    "/settings",
    {
      config: reading,
      schema: {
        ...describe("settings", "Shows every setting, its value and where it comes from.", {
          200: settingsAnswer,
        }),
        querystring,
      },
    },
    async (_request, reply) => send(await store.read(), reply),
  );

  app.post<{ Body: SettingsBody }>(
    "/settings::plan",
    {
      config: reading,
      schema: {
        ...describe("settings", "Says what a change would change.", { 200: settingsPlanAnswer }),
        querystring,
        body: settingsBodySchema,
      },
    },
    async ({ body }) => {
      const { revision, decided } = await store.read();
      const after = changedSettings(decided, changesOf(body));
      return { revision: String(revision), changes: settingDifferences(decided, after) };
    },
  );

  app.patch<{ Body: SettingsBody }>(
    "/settings",
    {
      config: writing,
      schema: {
        ...describe("settings", "Changes settings, on every host at once.", { 200: settingsAnswer }),
        querystring,
        body: settingsBodySchema,
      },
    },
    async ({ headers, body, actor }, reply) => {
      const revision = seenRevision(headers["if-match"], codes);
      const by = { actor, reason: body.reason ?? null, revision };
      return send(await store.change(changesOf(body), by), reply);
    },
  );

  app.get<{ Querystring: RevisionsQuery }>(
    "/settings/revisions",
    {
      config: reading,
      schema: {
        ...describe("settings", "Lists changes of settings.", { 200: settingsRevisionPageAnswer }),
        querystring: revisionsQuerySchema,
      },
    },
    async ({ query }) => {
      const limit = limitOf(query.limit);
      const before = query.cursor === undefined ? null : BigInt(query.cursor);
      const found = await store.revisions({ before, limit: limit + 1 });
      const items = found.slice(0, limit).map(settingsRevisionView);
      return { items, next: found.length > limit ? (items.at(-1)?.revision ?? null) : null };
    },
  );
}

/** Throws `settings.invalid` with every fault. */
function changesOf({ values }: SettingsBody): SettingChanges {
  const faults: Fault[] = [];
  const changes = parseSettingChanges(values, faults);
  if (faults.length > 0) throw new GluttonyError("settings.invalid", { faults: faults.length }, { faults });
  return changes;
}

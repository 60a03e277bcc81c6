import { GluttonyError } from "@gluttony/model";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Reach } from "../access/reach.ts";
import { secretAnswer } from "../access/repeated-request.ts";
import { needs } from "../access/route-access.ts";
import { changeAnswer, changesAnswer, changeTopicsAnswer, revealAnswer } from "../answers/changes.ts";
import { describe } from "../answers/describe.ts";
import type { ChangeReader, MaskingStores, Reveal, RevealedPlace } from "../change-ports.ts";
import { type ChangesPage, findChanges } from "../changes/find-changes.ts";
import type { Masks } from "../changes/masked-change.ts";
import { type ReadChange, readChange, topicIdOf } from "../changes/read-change.ts";
import { topicMeant, topicsOf, type VisibleTopic } from "../changes/topics-in-reach.ts";
import type { AdminCollaborators } from "../ports.ts";
import {
  changesSchema,
  type ChangesWish,
  type PlaceParams,
  placeParamsSchema,
  placeQuerySchema,
  type RevealBody,
  revealSchema,
  topicsQuerySchema,
} from "../schemas/changes.ts";
import { noQuerySchema } from "../schemas/queries.ts";

interface OnePlace {
  readonly Params: PlaceParams;
  readonly Querystring: { readonly reveal?: string };
}

/** The records of topics, decoded, compared column by column, and masked. */
export function changeRoutes(app: FastifyInstance, collaborators: AdminCollaborators): void {
  findRoutes(app, collaborators);

  app.get<OnePlace>(
    "/changes/:topic/:partition/:offset",
    {
      config: needs("change.read", "visible"),
      schema: {
        ...describe("changes", "Shows one record; the address stays the record's own.", {
          200: changeAnswer,
        }),
        params: placeParamsSchema,
        querystring: placeQuerySchema,
      },
    },
    async (request) => {
      const { reader, masking } = meansOf(collaborators);
      const place = await placeOf(request.params, request.reach, collaborators);
      const masks = await masksOf({ ...place, actor: request.actor, id: request.query.reveal }, masking);
      return readChange({ place: place.place, masks }, place.visible, { reader, needed: collaborators });
    },
  );

  app.post<{ Body: RevealBody }>(
    "/changes::reveal",
    {
      config: { ...needs("change.reveal", "visible"), ...secretAnswer },
      schema: {
        ...describe(
          "changes",
          "Shows records as they are for ten minutes, for a reason that is kept in the audit.",
          {
            200: revealAnswer,
          },
        ),
        querystring: noQuerySchema,
        body: revealSchema,
      },
    },
    async ({ body, actor, reach }) => reveal(body, { actor, reach }, collaborators),
  );
}

function findRoutes(app: FastifyInstance, collaborators: AdminCollaborators): void {
  const config = needs("change.read", "visible");

  app.get<{ Querystring: ChangesWish }>(
    "/changes",
    {
      config,
      schema: {
        ...describe("changes", "Searches a topic, in parts of limited size.", { 200: changesAnswer }),
        querystring: changesSchema,
      },
    },
    ({ query, reach }) => find(query, reach, collaborators),
  );

  app.post<{ Body: ChangesWish }>(
    "/changes::search",
    {
      config: { ...config, ...secretAnswer },
      schema: {
        ...describe("changes", "Searches likewise, with a key that no log of addresses gets to see.", {
          200: changesAnswer,
        }),
        querystring: noQuerySchema,
        body: changesSchema,
      },
    },
    ({ body, reach }) => find(body, reach, collaborators),
  );

  app.get<{ Querystring: Pick<ChangesWish, "internal"> }>(
    "/changes/topics",
    {
      config,
      schema: {
        ...describe("changes", "Lists the topics that may be searched, and who reads them.", {
          200: changeTopicsAnswer,
        }),
        querystring: topicsQuerySchema,
      },
    },
    async ({ query, reach }) => {
      const topics = await visibleTopics(query, reach, collaborators);
      const items = topics
        .map(({ topic, isInternal, rows }) => ({
          topic,
          isInternal,
          consumers: rows.map(({ name }) => name),
        }))
        .toSorted((left, right) => (left.topic < right.topic ? -1 : 1));
      return { items, next: null };
    },
  );
}

async function find(
  wish: ChangesWish,
  reach: Reach | null,
  collaborators: AdminCollaborators,
): Promise<ChangesPage> {
  const visible = topicMeant(wish, await visibleTopics(wish, reach, collaborators));
  const { reader, masking } = meansOf(collaborators);
  const rules = await masking.rules.list();
  return findChanges(visible, wish, {
    reader,
    rules,
    needed: collaborators,
    itemOf: async (_record, view) => view,
  });
}

async function reveal(
  { records, reason }: RevealBody,
  { actor, reach }: Pick<FastifyRequest, "actor" | "reach">,
  collaborators: AdminCollaborators,
): Promise<{ readonly id: string; readonly expiresAt: string; readonly items: readonly ReadChange[] }> {
  const { reader, masking } = meansOf(collaborators);
  if (reason.trim() === "") throw new GluttonyError("change.reason_required", { seen: "no reason" });
  const read: { readonly place: RevealedPlace; readonly change: ReadChange }[] = [];
  for (const { topic, partition, offset } of records) {
    const found = await placeOf({ topic, partition: String(partition), offset }, reach, collaborators);
    const means = { reader, needed: collaborators };
    const change = await readChange({ place: found.place, masks: "nothing" }, found.visible, means);
    read.push({ place: found.place, change });
  }
  // What cannot be put into the audit is not shown.
  const places = read.map(({ place }) => place);
  const { id, expiresAt } = await masking.reveals.begin(places, { actor, reason });
  return { id, expiresAt: expiresAt.toISOString(), items: read.map(({ change }) => change) };
}

interface FoundPlace {
  readonly place: RevealedPlace;
  readonly visible: VisibleTopic;
}

async function placeOf(
  { topic, partition, offset }: PlaceParams,
  reach: Reach | null,
  collaborators: AdminCollaborators,
): Promise<FoundPlace> {
  const visible = topicMeant({ topic }, await visibleTopics({ internal: "true" }, reach, collaborators));
  const topicId = await topicIdOf(topic, collaborators);
  return { visible, place: { topic, topicId, partition: Number(partition), offset: BigInt(offset) } };
}

async function masksOf(
  {
    place,
    actor,
    id,
  }: { readonly place: RevealedPlace; readonly actor: string; readonly id: string | undefined },
  { rules, reveals }: MaskingStores,
): Promise<Masks> {
  if (id === undefined) return { rules: await rules.list() };
  const found = await reveals.find(id, actor);
  if (found === null || !covers(found, place)) throw new GluttonyError("change.reveal_over");
  return "nothing";
}

function covers({ places }: Reveal, wanted: RevealedPlace): boolean {
  return places.some(
    ({ topic, topicId, partition, offset }) =>
      topic === wanted.topic &&
      topicId === wanted.topicId &&
      partition === wanted.partition &&
      offset === wanted.offset,
  );
}

async function visibleTopics(
  { internal }: Pick<ChangesWish, "internal">,
  reach: Reach | null,
  { consumers }: AdminCollaborators,
): Promise<readonly VisibleTopic[]> {
  const topics = topicsOf(reach?.among(await consumers.list()) ?? []);
  return internal === "true" ? topics : topics.filter(({ isInternal }) => !isInternal);
}

/** The reader and who may see what. Throws `request.not_found` where a host has neither. */
export function meansOf({ changes, masking }: AdminCollaborators): {
  readonly reader: ChangeReader;
  readonly masking: MaskingStores;
} {
  if (changes === undefined || masking === undefined) throw new GluttonyError("request.not_found");
  return { reader: changes, masking };
}

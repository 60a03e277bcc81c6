import { GluttonyError, type Labels, labelsOf } from "@gluttony/model";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { foundConsumer } from "../found-consumer.ts";
import { foundLetter } from "../found-letter.ts";
import type { AdminCollaborators } from "../ports.ts";
import type { AdminSettings } from "../settings.ts";
import { maySomewhere, may, type Principal } from "./principal.ts";
import { Reach } from "./reach.ts";
import { demandReading } from "./read-only.ts";
import { Recogniser } from "./recognise.ts";
import { accessOf, type NeededAccess } from "./route-access.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Who asks, as the audit names them. */
    actor: string;
    /** Who asks; null on routes that are open to anybody. */
    principal: Principal | null;
    /** What of the consumers they reach by the route's permission; null where the route needs none. */
    reach: Reach | null;
    /** Says anew who asks, for an answer that lasts. Throws when they are not known any more. */
    recogniseAgain: () => Promise<Principal | null>;
  }
}

/** Stands before every route: says who asks and whether they may. The one place where that is decided. */
export function guardRoutes(
  app: FastifyInstance,
  collaborators: AdminCollaborators,
  settings: AdminSettings,
): void {
  const recogniser = new Recogniser(collaborators, settings);
  app.decorateRequest("actor", "anybody");
  app.decorateRequest("principal", null);
  app.decorateRequest("reach", null);
  app.decorateRequest("recogniseAgain");
  app.addHook("onRequest", async (request) => {
    const access = accessOf(request.routeOptions.config);
    request.recogniseAgain = () => recogniser.recognise(request, access);
    request.principal = await request.recogniseAgain();
    request.actor = request.principal?.actor ?? "anybody";
    demandReading(request, settings);
    if (request.principal === null || access === null || typeof access === "string") return;
    request.reach = new Reach(request.principal, access.permission);
    await demand({ request, access, principal: request.principal }, collaborators);
  });
  app.addHook("preHandler", async (request) => {
    const access = accessOf(request.routeOptions.config);
    if (request.principal === null || access === null || typeof access === "string") return;
    await demandReach({ request, access, principal: request.principal }, collaborators);
  });
  app.addHook("onSend", async ({ reach, routeOptions }, reply) => {
    const access = accessOf(routeOptions.config);
    const isFiltered = typeof access === "object" && access?.of === "visible";
    if (!isFiltered || reply.statusCode >= 400 || reach === null || reach.isHeeded) return;
    throw new GluttonyError("internal.unexpected", { seen: "a list that does not heed what may be seen" });
  });
}

/** A request of somebody to a route that needs a permission. */
interface Asked {
  readonly request: FastifyRequest;
  readonly access: NeededAccess;
  readonly principal: Principal;
}

/** What can be told before the body is read: a permission that is held nowhere, or not for everything. */
async function demand(asked: Asked, collaborators: AdminCollaborators): Promise<void> {
  const { principal, access } = asked;
  const { permission, of } = access;
  const isHeld = of === "all" ? may(principal, permission, null) : maySomewhere(principal, permission);
  if (isHeld) return;
  await noteRefusal(asked, collaborators);
  throw new GluttonyError("request.not_permitted", { permission });
}

/** What only the stored consumer can tell: whether it carries the labels of the role's scope. */
async function demandReach(asked: Asked, collaborators: AdminCollaborators): Promise<void> {
  const { request, access } = asked;
  const { of } = access;
  if ((of !== "consumer" && of !== "letter") || request.reach === null || request.reach.isUnlimited) return;
  const id = idOf(request);
  try {
    const row = of === "consumer" ? await foundConsumer(id, collaborators) : await ownerOf(id, collaborators);
    request.reach.require(row);
  } catch (error) {
    if (error instanceof GluttonyError && error.code === "request.not_permitted")
      await noteRefusal(asked, collaborators);
    throw of === "letter" && isHidden(error) ? new GluttonyError("dead_letter.not_found") : error;
  }
}

// A letter outlives its consumer; then only who reaches everything sees it.
async function ownerOf(
  letterId: string,
  collaborators: AdminCollaborators,
): Promise<{ readonly configuration: unknown }> {
  const letter = await foundLetter(letterId, collaborators);
  return foundConsumer(letter.consumerId, collaborators);
}

function isHidden(error: unknown): boolean {
  return error instanceof GluttonyError && error.code === "consumer.not_found";
}

function idOf({ params }: FastifyRequest): string {
  const id: unknown = typeof params === "object" && params !== null ? Reflect.get(params, "id") : undefined;
  return typeof id === "string" ? id : "";
}

/** A refusal is part of the audit: who tried what they may not do. Reading is not, or a page would flood it. */
async function noteRefusal(
  { request, access: needed }: Asked,
  collaborators: AdminCollaborators,
): Promise<void> {
  const { permission } = needed;
  const { access, log } = collaborators;
  log.warn("a request was refused", { actor: request.actor, permission, requestId: request.id });
  if (permission.endsWith(".read")) return;
  await access.audit.note({
    actor: request.actor,
    action: permission,
    targetKind: null,
    targetId: null,
    reason: null,
    detail: { method: request.method, route: request.routeOptions.url ?? null },
    result: "refused",
  });
}

/** Labels of a consumer that is to be written: nobody moves one out of their reach, or into it. */
export function requireReachAfter(reach: Reach | null, configuration: unknown): void {
  const labels: Labels = labelsOf(configuration);
  if (reach === null || reach.covers({ configuration: { labels } })) return;
  throw new GluttonyError("request.not_permitted", {
    permission: "consumer.write",
    seen: "labels out of your scope",
  });
}

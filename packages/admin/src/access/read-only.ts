import { GluttonyError } from "@gluttony/model";
import type { FastifyRequest } from "fastify";
import type { AdminSettings } from "../settings.ts";

const readingMethods: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);
const sessionUrl = "/api/v1/session";
/** Verbs that ask and change nothing, though they are sent by POST. */
const askingVerb = /:(plan(-[a-z]+)?|explain|validate|search|bundle)$|\/connections::?(test|tables)$/;

/** On a host that only reads, refuses everything else but signing in and out: for anybody. Throws `request.read_only`. */
export function demandReading(
  { method, routeOptions }: Pick<FastifyRequest, "method" | "routeOptions">,
  { isReadOnly }: AdminSettings,
): void {
  const { url } = routeOptions;
  // Where there is no route nothing is done, and the answer says so.
  if (isReadOnly !== true || url === undefined || readingMethods.has(method)) return;
  if (url === sessionUrl || askingVerb.test(url)) return;
  throw new GluttonyError("request.read_only");
}

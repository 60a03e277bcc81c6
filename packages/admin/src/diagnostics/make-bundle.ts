import { maskByName, maskMembers } from "@gluttony/model";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { DiagnosticsPart } from "../diagnostics-ports.ts";
import type { AdminCollaborators } from "../ports.ts";
import { askItself, parsed } from "./ask-itself.ts";
import type { ReadText, WantedFile } from "./bundle-file.ts";
import { type BundleLimits, type Gathered, gatherFiles } from "./gather-files.ts";
import { wantedAnswers } from "./wanted-files.ts";

/** Small enough to be packed in memory and to be answered as one body, whatever it holds. */
export const bundleLimits: BundleLimits = {
  bytesMax: 7 * 1024 * 1024,
  fileBytesMax: 1024 * 1024,
  timeMs: 20_000,
};
const consumersMax = 100;
const connectorsMax = 50;

/** Everything that helps somebody elsewhere to understand this installation, as far as the asker may see it. */
export async function makeBundle(
  { app, request }: { readonly app: FastifyInstance; readonly request: FastifyRequest },
  { scrub, diagnostics = [] }: Pick<AdminCollaborators, "scrub" | "diagnostics">,
): Promise<Gathered & { readonly isWhole: boolean }> {
  const isUnlimited = request.reach?.isUnlimited === true;
  const ask = askItself(app, request);
  const consumers = itemsOf(await ask("/api/v1/overview?limit=200"));
  const connectors = itemsOf(await ask("/api/v1/connectors?limit=200"));
  const answers = wantedAnswers({
    consumers: consumers.slice(0, consumersMax).flatMap((item) => namedOf(Reflect.get(item, "consumer"))),
    connectors: connectors.slice(0, connectorsMax).flatMap((item) => textsOf(Reflect.get(item, "name"))),
    isUnlimited,
  }).map(({ path, url }) => ({ path, source: `GET ${url}`, read: async () => shownOf(await ask(url)) }));
  const wanted = [...(isUnlimited ? diagnostics.map(fileOf) : []), ...answers];
  const gathered = await gatherFiles(wanted, bundleLimits, {
    hide: (text) => scrub?.scrubText(text) ?? maskByName(text),
    now: () => performance.now(),
  });
  const isCut = consumers.length > consumersMax || connectors.length > connectorsMax;
  return { ...gathered, isWhole: gathered.left.length === 0 && !isCut };
}

function fileOf({ path, source, read }: DiagnosticsPart): WantedFile {
  return { path, source, read: async () => shownOf({ text: textOf(await read()) }) };
}

function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  return JSON.stringify(value, (_name, one: unknown) => (typeof one === "bigint" ? String(one) : one));
}

/** For people: laid out, and without what members are named as secret. */
function shownOf(read: ReadText): ReadText {
  if ("code" in read) return read;
  const value = parsed(read.text);
  return value === undefined ? read : { text: `${JSON.stringify(maskMembers(value), null, 2)}\n` };
}

function itemsOf(read: ReadText): readonly object[] {
  const body = "text" in read ? parsed(read.text) : undefined;
  const items: unknown = typeof body === "object" && body !== null ? Reflect.get(body, "items") : [];
  return (Array.isArray(items) ? items : []).filter(
    (item: unknown): item is object => typeof item === "object" && item !== null,
  );
}

function namedOf(consumer: unknown): readonly { readonly id: string; readonly name: string }[] {
  if (typeof consumer !== "object" || consumer === null) return [];
  const [id, name]: readonly unknown[] = [Reflect.get(consumer, "id"), Reflect.get(consumer, "name")];
  return typeof id === "string" && typeof name === "string" ? [{ id, name }] : [];
}

function textsOf(value: unknown): readonly string[] {
  return typeof value === "string" ? [value] : [];
}

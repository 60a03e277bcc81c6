import type { Language } from "@gluttony/model";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { inLanguage } from "./views/in-language.ts";

/** Preferences of one header that are looked at; a browser sends a handful. */
const preferencesMax = 20;

interface Preference {
  readonly language: Language;
  readonly quality: number;
}

/** The language that `Accept-Language` prefers among ours (RFC 9110, 12.5.4); English when it names none of them. Pure. */
export function languageOf(header: string | undefined): Language {
  const wanted = (header ?? "").split(",").slice(0, preferencesMax).flatMap(preferenceOf);
  // Sorting is stable: of equal qualities the first one written wins.
  const [best] = wanted.filter(({ quality }) => quality > 0).toSorted((a, b) => b.quality - a.quality);
  return best?.language ?? "en";
}

// Any Chinese is nearer to simplified Chinese than to English.
function preferenceOf(part: string): readonly Preference[] {
  const [tag = "", ...parameters] = part
    .trim()
    .toLowerCase()
    .split(/\s*;\s*/);
  const [primary] = tag.split("-");
  const written = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2) ?? "1";
  if (!/^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(written)) return [];
  const quality = Number(written);
  if (primary === "zh") return [{ language: "zh-CN", quality }];
  return primary === "en" || primary === "*" ? [{ language: "en", quality }] : [];
}

/** The language of who asks: the one that they chose for themselves, else the one that their browser prefers. */
export function languageFor({ principal, headers }: Pick<FastifyRequest, "principal" | "headers">): Language {
  return principal?.language ?? languageOf(headers["accept-language"]);
}

/** Says in which language an answer is, and that another could be asked for. */
export function setLanguage(reply: FastifyReply, language: Language): void {
  reply.header("Content-Language", language);
  reply.header("Vary", "Accept-Language");
}

/** Gives every answer of the routes registered afterwards in the language that its reader prefers. */
export function speakLanguages(app: FastifyInstance): void {
  app.addHook("preSerialization", async (request, reply, payload) => {
    const language = languageFor(request);
    setLanguage(reply, language);
    return language === "en" ? payload : inLanguage(language, payload);
  });
}

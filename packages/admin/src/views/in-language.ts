import { faultSentenceIn, isCode, type Language, textsOf } from "@gluttony/model";

/** Nesting that is looked into; causes lie near the top, and rows of handlers are not ours to read. */
const depthMax = 8;

/**
 * An answer in which every cause, wherever it lies, has the words of another language: what has a registered `code` gets that code's
 * `title` and `remedy` in place of its own, and a fault its sentence. Codes, states and values stay. Pure.
 */
export function inLanguage(language: Language, answer: unknown, depth: number = 0): unknown {
  if (typeof answer !== "object" || answer === null || depth > depthMax) return answer;
  if (Array.isArray(answer)) return answer.map((one: unknown) => inLanguage(language, one, depth + 1));
  if (Object.getPrototypeOf(answer) !== Object.prototype) return answer;
  const fields = Object.entries(answer).map(([name, value]: [string, unknown]) => [
    name,
    inLanguage(language, value, depth + 1),
  ]);
  return { ...Object.fromEntries(fields), ...wordsOf(language, answer), ...faultWordsOf(language, answer) };
}

function faultWordsOf(language: Language, answer: object): { readonly message?: string } {
  const { path, message }: { readonly path?: unknown; readonly message?: unknown } = answer;
  if (typeof path !== "string" || typeof message !== "string") return {};
  return { message: faultSentenceIn(language, message) };
}

function wordsOf(language: Language, answer: object): { readonly title?: string; readonly remedy?: string } {
  const code: unknown = Reflect.get(answer, "code");
  if (typeof code !== "string" || !isCode(code)) return {};
  const { title, remedy } = textsOf(code, language);
  return {
    ...(typeof Reflect.get(answer, "title") === "string" ? { title } : {}),
    ...(typeof Reflect.get(answer, "remedy") === "string" ? { remedy } : {}),
  };
}

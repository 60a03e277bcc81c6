import type { ChineseEntry, ChineseOf } from "./chinese.ts";
import { type Code, codes } from "./codes.ts";
import { accessChinese } from "./codes-zh/access.ts";
import { alertsChinese } from "./codes-zh/alerts.ts";
import { connectChinese } from "./codes-zh/connect.ts";
import { consumersChinese } from "./codes-zh/consumers.ts";
import { handlersChinese } from "./codes-zh/handlers.ts";
import { hostChinese } from "./codes-zh/host.ts";
import { installationChinese } from "./codes-zh/installation.ts";
import { kafkaChinese } from "./codes-zh/kafka.ts";
import { pluginsChinese } from "./codes-zh/plugins.ts";
import { recordsChinese } from "./codes-zh/records.ts";
import { signInChinese } from "./codes-zh/sign-in.ts";
import { sourcesChinese } from "./codes-zh/sources.ts";
import type { Facts } from "./error.ts";

/** Languages in which gluttony speaks to people; the first is the default. */
export const languages = ["en", "zh-CN"] as const;
export type Language = (typeof languages)[number];

/** What a person reads of a code. */
export interface CodeTexts {
  readonly title: string;
  /** What to do next. */
  readonly remedy: string;
}

const chinese: ChineseOf<typeof codes> = {
  ...hostChinese,
  ...consumersChinese,
  ...pluginsChinese,
  ...installationChinese,
  ...handlersChinese,
  ...recordsChinese,
  ...kafkaChinese,
  ...connectChinese,
  ...sourcesChinese,
  ...accessChinese,
  ...alertsChinese,
  ...signInChinese,
};

/** Title and remedy of a code in one language. */
export function textsOf(code: Code, language: Language): CodeTexts {
  if (language === "en") return codes[code];
  const [title, remedy]: ChineseEntry = chinese[code];
  return { title, remedy };
}

/** An error in one sentence: its title, and the facts in brackets. */
export function sentenceIn(
  language: Language,
  { code, facts }: { readonly code: Code; readonly facts: Facts },
): string {
  const { title } = textsOf(code, language);
  const listed = listedFacts(facts);
  if (listed === "") return title;
  return language === "zh-CN" ? `${title}（${listed}）` : `${title} (${listed})`;
}

function listedFacts(facts: Facts): string {
  return Object.entries(facts)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(", ");
}

import { accessCodes } from "./codes/access.ts";
import { alertsCodes } from "./codes/alerts.ts";
import { connectCodes } from "./codes/connect.ts";
import { consumersCodes } from "./codes/consumers.ts";
import { handlersCodes } from "./codes/handlers.ts";
import { hostCodes } from "./codes/host.ts";
import { installationCodes } from "./codes/installation.ts";
import { kafkaCodes } from "./codes/kafka.ts";
import { pluginsCodes } from "./codes/plugins.ts";
import { recordsCodes } from "./codes/records.ts";
import { signInCodes } from "./codes/sign-in.ts";
import { sourcesCodes } from "./codes/sources.ts";

/** What one code means to a person, a browser and a shell. */
export interface CodeEntry {
  readonly title: string;
  /** HTTP status when the admin API answers with it. */
  readonly status: number;
  /** Exit code when a command ends with it: 1 unexpected, 2 usage, 3 environment, 4 conflict, 5 not allowed, 6 waited too long, 7 in part. */
  readonly exit: number;
  /** What to do next, in one sentence. */
  readonly remedy: string;
}

/**
 * The register of every code. A code is never renamed or reused; the same string stands in the API's problem,
 * the log field, the metric label, the CLI line and the heading in `docs/errors.md`.
 */
export const codes: typeof hostCodes &
  typeof consumersCodes &
  typeof pluginsCodes &
  typeof installationCodes &
  typeof handlersCodes &
  typeof recordsCodes &
  typeof kafkaCodes &
  typeof connectCodes &
  typeof sourcesCodes &
  typeof accessCodes &
  typeof alertsCodes &
  typeof signInCodes = {
  ...hostCodes,
  ...consumersCodes,
  ...pluginsCodes,
  ...installationCodes,
  ...handlersCodes,
  ...recordsCodes,
  ...kafkaCodes,
  ...connectCodes,
  ...sourcesCodes,
  ...accessCodes,
  ...alertsCodes,
  ...signInCodes,
};

/** Every entry has the shape of one; the compiler says which has not. */
export const codeEntries: { readonly [code in Code]: CodeEntry } = codes;

/** A registered code. */
export type Code = keyof typeof codes;

/** Whether a text is a registered code. */
export function isCode(text: string): text is Code {
  return Object.hasOwn(codes, text);
}

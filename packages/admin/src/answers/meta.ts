import type { TSchema } from "@sinclair/typebox";
import { count, exactly, flag, orNull, text } from "./forms.ts";

/** What a client needs to know before it asks. */
export const metaAnswer: TSchema = exactly({
  version: text,
  node: text,
  api: text,
  isReadOnly: flag,
  environment: orNull(exactly({ name: text, colour: text })),
  zone: text,
  features: exactly({ positions: flag, explain: flag, connectors: flag, handlerChecks: flag }),
  limits: exactly({ bodyBytesMax: count, documentBytesMax: count, bodyDepthMax: count, pageLimitMax: count }),
});

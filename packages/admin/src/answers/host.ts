import type { TSchema } from "@sinclair/typebox";
import { anything, count, exactly, flag, listOf, maybe, oneOf, pageOf, text } from "./forms.ts";

/** The process can answer. */
export const healthAnswer: TSchema = exactly({ status: oneOf(["ok"]) });

/** Whether the host can do its work. */
export const readinessAnswer: TSchema = exactly({
  status: oneOf(["ready", "not_ready"]),
  parts: maybe(listOf(exactly({ name: text, ok: flag, detail: text }))),
});

export const versionAnswer: TSchema = exactly({ name: text, version: text, node: text, api: text });

/** An installed release. */
export const releasePageAnswer: TSchema = pageOf(
  exactly({
    package: text,
    version: text,
    treeHash: text,
    isFirstParty: flag,
    grantedNet: listOf(text),
    handlers: listOf(exactly({ name: text, title: text, config: anything })),
    permissions: exactly({ net: listOf(text), secrets: maybe(listOf(text)) }),
    limits: exactly({ memoryMb: count }),
    protocols: listOf(count),
  }),
);

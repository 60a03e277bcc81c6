import type { TSchema } from "@sinclair/typebox";
import {
  anything,
  count,
  exactly,
  flag,
  int64,
  listOf,
  mapOf,
  maybe,
  oneOf,
  orNull,
  pageOf,
  text,
  time,
} from "./forms.ts";

const verification = orNull(exactly({ from: text, level: text }));
const state = oneOf(["active", "pinned", "shadow", "previous", "installed"]);
const fences = orNull(exactly({ holding: listOf(text), missing: listOf(text), refusedFor: orNull(text) }));
const hosts = listOf(exactly({ hostId: text, isReady: orNull(flag), code: orNull(text) }));

const releaseSummary = {
  version: text,
  state,
  isActive: flag,
  previous: orNull(text),
  verification,
  hosts,
  isComplete: orNull(flag),
  fences,
};

const pin = orNull(exactly({ version: text, previous: orNull(text), insteadOf: orNull(text) }));
const shadow = orNull(
  exactly({
    version: text,
    counts: listOf(exactly({ kind: text, live: text, shadow: text, count: int64 })),
  }),
);
const use = { handler: text, served: orNull(text), pin, shadow };

/** A plugin with its releases and those who use it, as far as the caller may see them. */
export const pluginAnswer: TSchema = exactly({
  package: text,
  releases: listOf(exactly(releaseSummary)),
  users: listOf(exactly({ id: text, name: text, ...use })),
  // Consumers that use it and that the caller may not see.
  hiddenUsers: count,
});

export const pluginPageAnswer: TSchema = pageOf(pluginAnswer);

const asked = { net: listOf(text), secrets: listOf(text) };

/** One release with what it asks for and what was granted; where secrets lie is not told, only their names. */
export const pluginReleaseAnswer: TSchema = exactly({
  package: text,
  ...releaseSummary,
  treeHash: text,
  handlers: listOf(exactly({ name: text, title: text, batchMax: orNull(count) })),
  asks: exactly(asked),
  granted: exactly(asked),
  limits: exactly({ memoryMb: count }),
  protocols: listOf(count),
  needs: listOf(text),
  node: orNull(text),
  isolation: orNull(text),
});

/** The JSON Schema of a handler's settings. */
export const settingsSchemaAnswer: TSchema = exactly({
  package: text,
  version: text,
  handler: text,
  schema: anything,
});

export const pluginHistoryAnswer: TSchema = pageOf(
  exactly({
    at: time,
    actor: text,
    deed: text,
    version: orNull(text),
    consumerId: orNull(text),
    reason: orNull(text),
  }),
);

/** What a deed changed, and how the plugin stands now. */
export const pluginDeedAnswer: TSchema = exactly({
  changes: listOf(
    exactly({
      do: text,
      version: maybe(text),
      consumerId: maybe(text),
      previous: maybe(orNull(text)),
    }),
  ),
  plugin: pluginAnswer,
});

export const installedAnswer: TSchema = exactly({
  package: text,
  version: text,
  treeHash: text,
  integrity: text,
  handlers: listOf(text),
  granted: exactly(asked),
  notGranted: listOf(text),
  isActive: flag,
});

/** The plugin of a consumer's handler. */
export const usedPluginAnswer: TSchema = exactly({ package: text, isShipped: flag, ...use });
export const usedPluginPageAnswer: TSchema = pageOf(usedPluginAnswer);

/** What an upgrade would change. */
export const upgradePlanAnswer: TSchema = exactly({
  consumerId: text,
  revision: int64,
  package: text,
  from: orNull(text),
  to: text,
  treeHash: text,
  handler: text,
  settings: listOf(
    exactly({
      name: text,
      change: oneOf(["added", "removed", "changed"]),
      isSet: flag,
      isRequired: flag,
      hasDefault: flag,
    }),
  ),
  permissions: exactly({ added: listOf(text), removed: listOf(text), notGranted: listOf(text) }),
  protocols: listOf(count),
  node: orNull(text),
  memoryMb: exactly({ from: orNull(count), to: count }),
  blockers: listOf(exactly({ code: text, message: text, faults: listOf(mapOf(text)) })),
  warnings: listOf(text),
  expiresAt: time,
  hash: text,
});

import { type Code, type ConfigDeed, GluttonyError, type StoredConfig } from "@gluttony/model";
import { insertAccount, lockAccount, readOwnAccounts, replaceAccount, requireAdmin } from "./accounts.ts";
import { asActor } from "./as-actor.ts";
import { appendAudit } from "./audit.ts";
import { insertConsumer, lockConsumer, readConsumers, writeConsumer } from "./consumers.ts";
import { sqlstateOf } from "./errors.ts";
import { performDeed } from "./plugin-deeds.ts";
import { lockPlugin } from "./plugin-standing.ts";
import type { Pool, Queries } from "./pool.ts";
import type { SecretBox } from "./secret-box.ts";
import { readStoredPlugins } from "./stored-plugins.ts";

const uniqueViolation = "23505";
/** Refusals that say that somebody else was faster. */
const staleCodes: ReadonlySet<Code> = new Set([
  "consumer.stale_revision",
  "consumer.not_found",
  "user.stale_revision",
  "user.not_found",
]);

/** Who applies a document, why, and under which plan. */
export interface ConfigApplying {
  readonly actor: string;
  readonly reason: string | null;
  readonly plan: string;
}

/** All that people decided, read and changed at once. */
export interface ConfigStore {
  read(): Promise<StoredConfig>;
  /** All deeds or none. Throws `config.plan_stale`, `config.document_invalid`; what `decide` throws ends it, too. */
  apply(decide: (stored: StoredConfig) => readonly ConfigDeed[], by: ConfigApplying): Promise<void>;
  /** Throws what `apply` would throw, and leaves nothing. */
  rehearse(deeds: readonly ConfigDeed[], actor: string): Promise<void>;
}

/** Without a box a new clear connection string is refused. */
export function createConfigStore(pool: Pool, box: SecretBox | null): ConfigStore {
  return {
    read: () => pool.session(readConfig),
    apply: (decide, by) =>
      asActor(pool, by.actor, async (queries) => {
        const deeds = decide(await readConfig(queries));
        await performAll(queries, { deeds, actor: by.actor }, box);
        await noteApplied(queries, deeds, by);
      }),
    rehearse: async (deeds, actor) => {
      const takenBack = new Error("only rehearsed");
      try {
        await asActor(pool, actor, async (queries) => {
          await performAll(queries, { deeds, actor }, box);
          throw takenBack;
        });
      } catch (error) {
        if (error !== takenBack) throw error;
      }
    },
  };
}

async function readConfig(queries: Queries): Promise<StoredConfig> {
  const consumers = await readConsumers(queries);
  const plugins = await readStoredPlugins(queries);
  const users = await readOwnAccounts(queries);
  return { consumers, plugins, users };
}

interface Work {
  readonly deeds: readonly ConfigDeed[];
  readonly actor: string;
}

async function performAll(queries: Queries, { deeds, actor }: Work, box: SecretBox | null): Promise<void> {
  for (const deed of deeds) await placed(deed.pointer, () => perform(queries, { deed, actor }, box));
  if (deeds.some(takesRights)) await placed("/users", () => requireAdmin(queries));
}

/** Making a user takes nothing from anybody. */
function takesRights(deed: ConfigDeed): boolean {
  return deed.do === "delete-user" || (deed.do === "write-user" && deed.seen !== null);
}

async function perform(
  queries: Queries,
  { deed, actor }: { readonly deed: ConfigDeed; readonly actor: string },
  box: SecretBox | null,
): Promise<void> {
  switch (deed.do) {
    case "write-consumer":
      if (deed.seen === null) await insertConsumer(queries, deed.draft, box);
      else {
        const current = await lockConsumer(queries, deed.seen.id, deed.seen.revision);
        await writeConsumer(queries, { current, draft: deed.draft }, box);
      }
      return;
    case "delete-consumer":
      await lockConsumer(queries, deed.seen.id, deed.seen.revision);
      await queries.query("delete from cdc.consumer where id::text = $1", [deed.seen.id]);
      return;
    case "write-user":
      if (deed.seen === null) await insertAccount(queries, { draft: deed.user, password: null, by: actor });
      else await replaceAccount(queries, { ...deed.seen, draft: deed.user });
      return;
    case "delete-user":
      await lockAccount(queries, deed.seen.id, deed.seen.revision);
      await queries.query("delete from cdc.user_account where id = $1", [deed.seen.id]);
      return;
    case "plugin":
      await lockPlugin(queries, deed.package);
      await performDeed(queries, deed, { actor, reason: null });
  }
}

/** Says of a refusal where in the document it comes from; what somebody else changed meanwhile makes the plan stale. */
async function placed(pointer: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (sqlstateOf(error) === uniqueViolation) throw stale(pointer, error);
    if (!(error instanceof GluttonyError) || error.code.startsWith("database.")) throw error;
    if (staleCodes.has(error.code)) throw stale(pointer, error);
    const faults = [{ path: pointer, message: `${error.code}: ${error.message}` }];
    throw new GluttonyError("config.document_invalid", {}, { cause: error, faults });
  }
}

function stale(pointer: string, cause: unknown): GluttonyError {
  return new GluttonyError("config.plan_stale", { place: pointer }, { cause });
}

/** Each change has an entry of its own; this one says that they belong together. */
async function noteApplied(
  queries: Queries,
  deeds: readonly ConfigDeed[],
  { actor, reason, plan }: ConfigApplying,
): Promise<void> {
  const kinds = new Set(deeds.map((deed) => deed.do));
  const detail = Object.fromEntries(
    [...kinds].map((kind) => [kind, deeds.filter((deed) => deed.do === kind).length]),
  );
  const note = { actor, action: "config.apply", targetKind: "config", targetId: null, reason } as const;
  await appendAudit(queries, { ...note, detail: { plan, ...detail }, result: "done" });
}

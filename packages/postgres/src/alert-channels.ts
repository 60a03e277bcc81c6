import { GluttonyError } from "@gluttony/model";
import { asActor } from "./as-actor.ts";
import { sqlstateOf } from "./errors.ts";
import type { Pool, Queries } from "./pool.ts";
import { isEnvelope, type SecretBox, type SecretPlace } from "./secret-box.ts";
import { isReference } from "./secret-reference.ts";
import type { SecretResolver } from "./secret-resolver.ts";

const uniqueViolation = "23505";

/** Between whom the messages of a mail channel go. */
export interface MailRow {
  readonly from: string;
  readonly to: readonly string[];
  readonly user: string | null;
  readonly allowsClearText: boolean;
}

/** A channel as it may be shown. */
export interface AlertChannelRow {
  readonly id: string;
  readonly name: string;
  readonly kind: "webhook" | "wecom" | "dingtalk" | "feishu" | "mail";
  readonly isEnabled: boolean;
  readonly language: "en" | "zh-CN";
  readonly urlReference: string | null;
  readonly secretReference: string | null;
  readonly hasSecret: boolean;
  /** Null for what is no mail. */
  readonly mail: MailRow | null;
  readonly revision: bigint;
}

/** What a channel is to be. Undefined keeps what is stored. */
export interface AlertChannelDraft {
  readonly name: string;
  readonly kind: AlertChannelRow["kind"];
  readonly isEnabled: boolean;
  readonly language: AlertChannelRow["language"];
  readonly url: string | undefined;
  readonly secret: string | null | undefined;
  readonly mail: MailRow | null;
}

/** A channel with its address and secret in clear: for the request alone. */
export interface OpenedChannel {
  readonly kind: AlertChannelRow["kind"];
  readonly language: AlertChannelRow["language"];
  readonly url: string;
  readonly secret: string | null;
  readonly mail: MailRow | null;
}

/** How what a channel keeps is made readable; whatever was read is taken out of every text from then on. */
export interface ChannelSecrets {
  readonly box: SecretBox | null;
  readonly resolver: Pick<SecretResolver, "resolve" | "learn">;
}

interface StoredChannel extends Omit<AlertChannelRow, "urlReference" | "secretReference" | "hasSecret"> {
  readonly url: string;
  readonly secret: string | null;
  readonly [name: string]: unknown;
}

const columns = `id::text as id, name, kind, is_enabled as "isEnabled", language, url, secret, mail, revision`;

export async function listChannels(queries: Queries): Promise<readonly AlertChannelRow[]> {
  const rows = await queries.query<StoredChannel>(`select ${columns} from cdc.alert_channel order by name`);
  return rows.map(shownOf);
}

/** Throws `alert.channel_taken`, `secret.master_key_missing`. */
export async function createChannel(
  pool: Pool,
  draft: AlertChannelDraft,
  { actor, box }: { readonly actor: string; readonly box: SecretBox | null },
): Promise<AlertChannelRow> {
  const url = sealed(draft.url ?? "", { name: draft.name, column: "url" }, box);
  const secret = sealed(draft.secret ?? null, { name: draft.name, column: "secret" }, box);
  return named(() =>
    asActor(pool, actor, async (queries) =>
      shownOf(
        found(
          await queries.query<StoredChannel>(
            `insert into cdc.alert_channel (name, kind, is_enabled, language, url, secret, created_by, mail)
             values ($1, $2, $3, $4, $5, $6, $7, $8) returning ${columns}`,
            [draft.name, draft.kind, draft.isEnabled, draft.language, url, secret, actor, written(draft)],
          ),
        ),
      ),
    ),
  );
}

/** Its name stays: what is sealed belongs to it. Throws `alert.channel_not_found`, `alert.stale_revision`, `secret.master_key_missing`. */
export function updateChannel(
  pool: Pool,
  draft: AlertChannelDraft & { readonly id: string },
  {
    actor,
    box,
    revision,
  }: { readonly actor: string; readonly box: SecretBox | null; readonly revision: bigint },
): Promise<AlertChannelRow> {
  return asActor(pool, actor, async (queries) => {
    const stored = await locked(queries, draft.id, revision);
    const { name } = stored;
    const url = draft.url === undefined ? stored.url : sealed(draft.url, { name, column: "url" }, box);
    const secret =
      draft.secret === undefined ? stored.secret : sealed(draft.secret, { name, column: "secret" }, box);
    const rows = await queries.query<StoredChannel>(
      `update cdc.alert_channel set kind = $2, is_enabled = $3, language = $4, url = $5, secret = $6,
         mail = $7, revision = revision + 1, updated_at = now() where id = $1 returning ${columns}`,
      [draft.id, draft.kind, draft.isEnabled, draft.language, url, secret, written(draft)],
    );
    return shownOf(found(rows));
  });
}

/** Throws `alert.channel_not_found`, `alert.stale_revision`. */
export function deleteChannel(
  pool: Pool,
  id: string,
  { actor, revision }: { readonly actor: string; readonly revision: bigint },
): Promise<void> {
  return asActor(pool, actor, async (queries) => {
    await locked(queries, id, revision);
    await queries.query("delete from cdc.alert_channel where id = $1", [id]);
  });
}

/** Throws `alert.channel_not_found`, `secret.*`. */
export async function openChannel(
  queries: Queries,
  id: string,
  { box, resolver }: ChannelSecrets,
): Promise<OpenedChannel> {
  const rows = await queries.query<StoredChannel>(
    `select ${columns} from cdc.alert_channel where id::text = $1`,
    [id],
  );
  const { kind, language, name, url, secret, mail } = found(rows);
  const opened = (value: string, column: "url" | "secret"): Promise<string> | string => {
    if (isReference(value)) return resolver.resolve(value);
    if (!isEnvelope(value)) return value;
    if (box === null) throw new GluttonyError("secret.master_key_missing", { column });
    return box.openText(value, channelPlace(name, column));
  };
  const clear = {
    url: await opened(url, "url"),
    secret: secret === null ? null : await opened(secret, "secret"),
  };
  resolver.learn(`alert channel ${name}`, [clear.url, ...(clear.secret === null ? [] : [clear.secret])]);
  return { kind, language, mail, ...clear };
}

function written({ mail }: AlertChannelDraft): string | null {
  return mail === null ? null : JSON.stringify(mail);
}

async function locked(queries: Queries, id: string, revision: bigint): Promise<StoredChannel> {
  const stored = found(
    await queries.query<StoredChannel>(
      `select ${columns} from cdc.alert_channel where id::text = $1 for update`,
      [id],
    ),
  );
  if (stored.revision !== revision)
    throw new GluttonyError("alert.stale_revision", { current: String(stored.revision) });
  return stored;
}

function found(rows: readonly StoredChannel[]): StoredChannel {
  const [row] = rows;
  if (row === undefined) throw new GluttonyError("alert.channel_not_found");
  return row;
}

function sealed(value: string, at: { name: string; column: "url" | "secret" }, box: SecretBox | null): string;
function sealed(
  value: string | null,
  at: { name: string; column: "url" | "secret" },
  box: SecretBox | null,
): string | null;
function sealed(
  value: string | null,
  { name, column }: { readonly name: string; readonly column: "url" | "secret" },
  box: SecretBox | null,
): string | null {
  if (value === null || isReference(value)) return value;
  if (box === null) throw new GluttonyError("secret.master_key_missing", { column });
  return box.sealText(value, channelPlace(name, column));
}

/** What the ciphertext of a channel is bound to. Pure. */
export function channelPlace(row: string, column: string): SecretPlace {
  return { table: "cdc.alert_channel", column, row };
}

function shownOf({
  url,
  secret,
  id,
  name,
  kind,
  isEnabled,
  language,
  mail,
  revision,
}: StoredChannel): AlertChannelRow {
  return {
    id,
    name,
    kind,
    isEnabled,
    language,
    mail,
    revision,
    urlReference: isReference(url) ? url : null,
    secretReference: secret !== null && isReference(secret) ? secret : null,
    hasSecret: secret !== null,
  };
}

async function named<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof GluttonyError && sqlstateOf(error) === uniqueViolation)
      throw new GluttonyError("alert.channel_taken", {}, { cause: error });
    throw error;
  }
}

import type {
  ConsumerRow,
  Grant,
  JsonObject,
  StoredConfig,
  StoredPlugin,
  UserAccount,
} from "@gluttony/model";
import { shownConnString } from "../conn-string.ts";
import { inOrder } from "./in-order.ts";

/** The form of the document; raised when an older host could no longer read it. */
export const documentVersion = 1;

/** All that people decided, as one document. A section that is left out is not spoken of. */
export interface ConfigDocument {
  readonly version: typeof documentVersion;
  readonly consumers?: { readonly [name: string]: DocumentConsumer };
  readonly plugins?: { readonly [packageName: string]: DocumentPlugin };
  readonly users?: { readonly [name: string]: DocumentUser };
}

/** A secret is a reference, or said to be there; its text is never in a document. */
export type DocumentSecret = string | { readonly set: true };

/** A consumer without its id and its counts. What is left out is null. */
export interface DocumentConsumer {
  readonly handler_func: string;
  readonly is_valid: boolean;
  readonly data_source?: string;
  readonly conn_string?: DocumentSecret;
  readonly capture_schema?: string;
  readonly capture_table?: string;
  readonly topic?: string;
  readonly group?: string;
  readonly global_key: readonly string[];
  readonly configuration: JsonObject;
}

/** Which releases serve, and which consumers are held on one. */
export interface DocumentPlugin {
  readonly active: readonly string[];
  readonly pins: { readonly [consumer: string]: string };
}

/** A person who signs in here. A password is never in a document. */
export interface DocumentUser {
  readonly grants: readonly Grant[];
  readonly isDisabled: boolean;
}

/** Writes what is stored as a document. Pure; the same rows always give the same text. */
export function documentOf(stored: StoredConfig): ConfigDocument {
  const nameById = new Map(stored.consumers.map(({ id, name }) => [id, name]));
  return {
    version: documentVersion,
    // An adopted row without a name cannot be spoken of, and does not run either.
    consumers: byName(
      stored.consumers
        .filter(({ name }) => name !== "")
        .map((row) => [row.name, documentConsumer(row)] as const),
    ),
    plugins: byName(
      stored.plugins.map((plugin) => [plugin.package, documentPlugin(plugin, nameById)] as const),
    ),
    users: byName(stored.users.map((user) => [user.name, documentUser(user)] as const)),
  };
}

/** One consumer, in the order of the table's columns. */
export function documentConsumer(row: ConsumerRow): DocumentConsumer {
  const secret = documentSecret(row.connString);
  return {
    handler_func: row.handlerFunc,
    is_valid: row.isValid,
    ...written("data_source", row.dataSource),
    ...(secret === null ? {} : { conn_string: secret }),
    ...written("capture_schema", row.captureSchema),
    ...written("capture_table", row.captureTable),
    ...written("topic", row.topic),
    ...written("group", row.group),
    global_key: row.globalKey,
    configuration: configurationOf(row.configuration),
  };
}

export function documentPlugin(
  { active, pins }: StoredPlugin,
  nameById: ReadonlyMap<string, string>,
): DocumentPlugin {
  const named = pins.flatMap(({ consumerId, version }) => {
    const name = nameById.get(consumerId);
    return name === undefined || name === "" ? [] : [[name, version] as const];
  });
  return { active: active.toSorted(), pins: byName(named) };
}

export function documentUser({ grants, isDisabled }: UserAccount): DocumentUser {
  return {
    grants: grants.map(({ role, scope }) => ({ role, scope: inOrder(scope) as Grant["scope"] })),
    isDisabled,
  };
}

function documentSecret(stored: string | null): DocumentSecret | null {
  const shown = shownConnString(stored);
  if (shown === null) return null;
  return shown.kind === "reference" ? shown.ref : { set: true };
}

// Plain SQL may have written anything; what is no object is read as none by the host, too.
function configurationOf(stored: unknown): JsonObject {
  if (typeof stored !== "object" || stored === null || Array.isArray(stored)) return {};
  return inOrder(stored) as JsonObject;
}

function written<Name extends string>(
  name: Name,
  value: string | null,
): { readonly [name in Name]?: string } {
  return (value === null ? {} : { [name]: value }) as { readonly [name in Name]?: string };
}

function byName<Value>(entries: readonly (readonly [string, Value])[]): { readonly [name: string]: Value } {
  return Object.fromEntries(
    entries.toSorted(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0)),
  );
}

import { type Code, type Facts, GluttonyError, toGluttonyError } from "@gluttony/model";
import type { ListedConnector } from "../client/parse-answers.ts";
import type { ConnectClient } from "../connect-client.ts";
import { connectorNameFault } from "../connector-name.ts";
import { maskConfig } from "../mask.ts";
import type { OptionChange } from "../plan/diff-config.ts";
import { driftOf } from "../plan/drift.ts";
import { pluginNameOf } from "../policy/connector-classes.ts";
import type { ConnectorRegistry, RegisteredConnector } from "../ports.ts";
import type { ConnectorEvent, ConnectorHealth, WatchBook } from "../watch/watch-book.ts";
import { type ShownConnector, shownConnector } from "./shown-connector.ts";

/** What is known of every connector, from our memory, from the watch and from the worker. Reads only. */
export interface ConnectorBoard {
  /** Every connector in our care and every other one of the cluster. A worker that is down hides only what it alone knows. */
  look(): Promise<BoardLook>;
  /** The configuration with its secrets masked; null when the worker has no such connector. Throws `connect.*`. */
  config(connector: string): Promise<{ readonly [option: string]: string } | null>;
  /** What was done for it, newest first. */
  events(connector: string, limit: number): Promise<readonly ConnectorEvent[]>;
}

export interface BoardLook {
  readonly connectors: readonly BoardConnector[];
  /** Why the worker tells nothing; null when it does. */
  readonly unseen: { readonly code: Code; readonly facts: Facts } | null;
}

/** One connector from all sides. */
export interface BoardConnector {
  readonly name: string;
  /** Null for one that is not in our care. */
  readonly registration: BoardRegistration | null;
  /** What the watch saw last; null before its first look. */
  readonly health: ConnectorHealth | null;
  /** What the worker has; null when it has none of this name, or tells nothing. */
  readonly running: ShownConnector | null;
  /** Options that somebody else changed, masked. */
  readonly drift: readonly OptionChange[];
}

/** What we remember of a connector, without its connection string. */
export type BoardRegistration = Pick<
  RegisteredConnector,
  "kind" | "consumerIds" | "topic" | "slot" | "publication" | "sourceIdentity"
>;

export interface BoardCollaborators {
  readonly client: Pick<ConnectClient, "list" | "config" | "options">;
  readonly registry: Pick<ConnectorRegistry, "list">;
  readonly book: Pick<WatchBook, "load"> & {
    events(connector: string, limit: number): Promise<readonly ConnectorEvent[]>;
  };
}

export function createConnectorBoard({ client, registry, book }: BoardCollaborators): ConnectorBoard {
  return {
    async look() {
      const [entries, healths, { listed, unseen }] = await Promise.all([
        registry.list(),
        book.load(),
        listedBy(client),
      ]);
      const [entryOf, runningOf] = [byName(entries), byName(listed)];
      const healthOf = new Map(healths.map((one) => [one.connector, one]));
      const names = new Set([...entryOf.keys(), ...runningOf.keys()]);
      const connectors = [...names].toSorted().map((name) =>
        boardConnector(name, {
          entry: entryOf.get(name) ?? null,
          running: runningOf.get(name) ?? null,
          health: healthOf.get(name) ?? null,
        }),
      );
      return { connectors, unseen };
    },
    async config(connector) {
      const config = await client.config(connector);
      if (config === null) return null;
      const plugin = pluginNameOf(config["connector.class"] ?? "");
      // A class that cannot be asked for is none of ours; its secrets are known by their names alone.
      const options = connectorNameFault(plugin) === null ? await client.options(plugin) : [];
      return maskConfig(config, new Map(options.map(({ name, type }) => [name, type])));
    },
    events: (connector, limit) => book.events(connector, limit),
  };
}

function byName<Named extends { readonly name: string }>(all: readonly Named[]): ReadonlyMap<string, Named> {
  return new Map(all.map((one) => [one.name, one]));
}

async function listedBy(
  client: Pick<ConnectClient, "list">,
): Promise<{ readonly listed: readonly ListedConnector[]; readonly unseen: BoardLook["unseen"] }> {
  try {
    return { listed: await client.list(), unseen: null };
  } catch (error) {
    if (!(error instanceof GluttonyError)) throw error;
    const { code, facts } = toGluttonyError(error);
    return { listed: [], unseen: { code, facts } };
  }
}

function boardConnector(
  name: string,
  {
    entry,
    running,
    health,
  }: {
    readonly entry: RegisteredConnector | null;
    readonly running: ListedConnector | null;
    readonly health: ConnectorHealth | null;
  },
): BoardConnector {
  return {
    name,
    registration: entry === null ? null : registrationOf(entry),
    health,
    running: running === null ? null : shownConnector(running),
    drift: driftOf(entry?.applied ?? null, running?.config ?? null),
  };
}

function registrationOf(entry: RegisteredConnector): BoardRegistration {
  const { kind, consumerIds, topic, slot, publication, sourceIdentity } = entry;
  return { kind, consumerIds, topic, slot, publication, sourceIdentity };
}

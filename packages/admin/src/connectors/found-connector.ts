import { type ConsumerRow, GluttonyError } from "@gluttony/model";
import type { Reach } from "../access/reach.ts";
import type { BoardConnector, BoardLook, ConnectorPorts } from "../connector-ports.ts";
import type { AdminCollaborators } from "../ports.ts";

/** A connector with the consumers that use it, as far as somebody may see them. */
export interface FoundConnector {
  readonly connector: BoardConnector;
  readonly unseen: BoardLook["unseen"];
  readonly users: readonly ConsumerRow[];
}

/** The ports, where there are connectors at all. Throws `connect.not_configured`. */
export function requireConnectors({ connectors }: Pick<AdminCollaborators, "connectors">): ConnectorPorts {
  if (connectors === undefined) throw new GluttonyError("connect.not_configured");
  return connectors;
}

/**
 * Connectors that somebody may see: with a scope only those that a consumer in it uses, since the others belong to nobody in
 * particular.
 */
export async function visibleConnectors(
  reach: Reach | null,
  collaborators: Pick<AdminCollaborators, "connectors" | "consumers">,
): Promise<readonly FoundConnector[]> {
  const { board } = requireConnectors(collaborators);
  const isUnlimited = reach === null || reach.isUnlimited;
  const [{ connectors, unseen }, rows] = await Promise.all([board.look(), collaborators.consumers.list()]);
  const rowOf = new Map(rows.map((row) => [row.id, row]));
  return connectors.flatMap((connector) => {
    const users = usersOf(connector, rowOf);
    const seen = isUnlimited ? users : users.filter((row) => reach.covers(row));
    return isUnlimited || seen.length > 0 ? [{ connector, unseen, users: seen }] : [];
  });
}

/** The same for one. Throws `connect.connector_missing`. */
export async function foundConnector(
  name: string,
  reach: Reach | null,
  collaborators: Pick<AdminCollaborators, "connectors" | "consumers">,
): Promise<FoundConnector> {
  const all = await visibleConnectors(reach, collaborators);
  const found = all.find(({ connector }) => connector.name === name);
  if (found === undefined) throw new GluttonyError("connect.connector_missing");
  return found;
}

/**
 * A connector that somebody may act on: with a scope only where it covers every consumer that uses it, or the deed would reach beyond.
 * Throws `connect.connector_missing`, `request.not_permitted`.
 */
export async function actableConnector(
  name: string,
  reach: Reach | null,
  collaborators: Pick<AdminCollaborators, "connectors" | "consumers">,
): Promise<FoundConnector> {
  const found = await foundConnector(name, reach, collaborators);
  if (reach === null || reach.isUnlimited) return found;
  const rowOf = new Map((await collaborators.consumers.list()).map((row) => [row.id, row]));
  if (usersOf(found.connector, rowOf).every((row) => reach.covers(row))) return found;
  const seen = "consumers out of your scope use the connector";
  throw new GluttonyError("request.not_permitted", { permission: "connector.run", seen });
}

function usersOf(
  { registration }: BoardConnector,
  rowOf: ReadonlyMap<string, ConsumerRow>,
): readonly ConsumerRow[] {
  return (registration?.consumerIds ?? []).flatMap((id) => rowOf.get(id) ?? []);
}

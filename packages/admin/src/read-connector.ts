import { type Cause, type ConsumerRow, toGluttonyError } from "@gluttony/model";
import type { AdminCollaborators, ConnectorStatus } from "./ports.ts";
import { causeOf } from "./views/cause.ts";

/** What is known of the connector, or why nothing is. Both null: the consumer has none, or nobody can tell. */
export interface SeenConnector {
  readonly connector: ConnectorStatus | null;
  readonly connectorCause: Cause | null;
}

/** A worker that is down must not hide the rest of the status. */
export async function readConnector(
  row: ConsumerRow,
  collaborators: Pick<AdminCollaborators, "connectorStatus">,
): Promise<SeenConnector> {
  try {
    return { connector: (await collaborators.connectorStatus?.(row)) ?? null, connectorCause: null };
  } catch (thrown) {
    const { code, facts } = toGluttonyError(thrown);
    return { connector: null, connectorCause: causeOf(code, facts) };
  }
}

import { GluttonyError } from "@gluttony/model";
import type { RestartScope } from "../allow-list.ts";
import type { ConnectClient } from "../connect-client.ts";
import type { ConnectorRegistry, ConnectorsLog } from "../ports.ts";
import type { ConnectorEvent } from "../watch/watch-book.ts";

/** What a person asks of a connector that stays as it is. */
export type ConnectorVerb =
  | { readonly do: "pause" | "resume" | "stop" }
  /** What failed, or everything. */
  | { readonly do: "restart"; readonly scope: Extract<RestartScope, "failed" | "all"> }
  | { readonly do: "restart_task"; readonly task: number };

/** Does it at once; the worker carries it out in its own time. */
export interface ConnectorDeeds {
  /**
   * Throws `connect.not_ours` for a connector that is not in our care, `connect.connector_missing`, and what the client throws. Two
   * at once are done one after the other, so that the later intent wins.
   */
  ask(connector: string, verb: ConnectorVerb): Promise<void>;
}

export interface DeedCollaborators {
  readonly client: Pick<ConnectClient, "status" | "pause" | "resume" | "stop" | "restart" | "restartTask">;
  readonly registry: Pick<ConnectorRegistry, "list" | "withLock">;
  /** Keeps what was asked among the connector's events. */
  note(events: readonly ConnectorEvent[]): Promise<void>;
  readonly clock: { wallMs(): number };
  readonly log: ConnectorsLog;
}

export function createConnectorDeeds(collaborators: DeedCollaborators, hostId: string): ConnectorDeeds {
  const { client, registry, note, clock, log } = collaborators;
  return {
    async ask(connector, verb) {
      if (!(await registry.list()).some(({ name }) => name === connector))
        throw new GluttonyError("connect.not_ours", { connector });
      await registry.withLock(connector, () => carryOut(connector, verb, client));
      log.info("A person asked something of a connector.", { connector, deed: verb.do });
      const deed = verb.do === "restart" ? `restart_${verb.scope}` : verb.do;
      await note([
        { connector, hostId, at: new Date(clock.wallMs()), deed, outcome: "asked", note: "by a person" },
      ]);
    },
  };
}

async function carryOut(
  connector: string,
  verb: ConnectorVerb,
  client: DeedCollaborators["client"],
): Promise<void> {
  const status = await client.status(connector);
  if (status === null) throw new GluttonyError("connect.connector_missing", { connector });
  switch (verb.do) {
    case "pause":
      return client.pause(connector);
    case "resume":
      return client.resume(connector);
    case "stop":
      return client.stop(connector);
    case "restart":
      return client.restart(connector, verb.scope);
    case "restart_task": {
      if (status.tasks.some(({ id }) => id === verb.task)) return client.restartTask(connector, verb.task);
      const fault = { path: "task", message: "The connector has no such task." };
      throw new GluttonyError("request.invalid", { connector }, { faults: [fault] });
    }
  }
}

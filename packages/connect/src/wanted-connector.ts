import { type Consumer, GluttonyError } from "@gluttony/model";
import { type PlannedConnector, planConnector } from "./connector-config.ts";
import { keyColumnsOf } from "./key-columns.ts";
import { parseConnString } from "./parse-conn-string.ts";
import type { ConnectorsCollaborators } from "./ports.ts";
import type { ScrubRules } from "./scrub.ts";

/** What a consumer's row leads to: the connector as it should be, with the secret in it. */
export interface WantedConnector {
  readonly planned: PlannedConnector;
  readonly connString: string;
  readonly rules: ScrubRules;
}

/** Looks at the source table and plans its connector. Throws `connect.*`, `secret.*`, `consumer.invalid`. */
export async function wantedOf(
  consumer: Consumer,
  collaborators: Pick<ConnectorsCollaborators, "resolveSecret" | "inspectTable" | "workerBrokers" | "hide">,
): Promise<WantedConnector> {
  const { source } = consumer;
  if (source === null) throw new GluttonyError("connect.not_configured", { consumer: consumer.name });
  const connString = await collaborators.resolveSecret(source.connString, consumer.id);
  const address = parseConnString(connString, source.dataSource);
  const { schema, table, dataSource } = source;
  const seen = await collaborators.inspectTable(connString, { schema, table, dataSource });
  const { topic, connector } = consumer;
  const planned = planConnector({
    address,
    schema,
    table,
    topic,
    keyColumns: keyColumnsOf(consumer, seen),
    options: connector.options,
    workerBrokers: collaborators.workerBrokers,
  });
  const known = [
    schema,
    table,
    `${schema}.${table}`,
    address.database,
    address.user,
    ...(planned.slot === null ? [] : [planned.slot]),
    planned.name,
  ];
  const secrets = [address.password, connString];
  return { planned, connString, rules: { secrets, known, ...hidingOf(collaborators) } };
}

/** The rule that keeps out what the process knows. */
export function hidingOf({ hide }: Pick<ConnectorsCollaborators, "hide">): Pick<ScrubRules, "hide"> {
  return hide === undefined ? {} : { hide };
}

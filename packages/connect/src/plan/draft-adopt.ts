import { connectorNameFault } from "../connector-name.ts";
import { checkConnectorConfig } from "../policy/check-connector-config.ts";
import { dataSourceOfClass } from "../policy/connector-classes.ts";
import type { CodedFault } from "./coded-fault.ts";
import { type PlanDraft, type PlanGround, entryOf, runningOf } from "./plan-ground.ts";

interface Adoption {
  readonly connector: string;
  readonly consumerIds: readonly string[];
}

/**
 * What taking a connector into our care as it stands would do: it is remembered, watched and shown; nothing on the worker changes.
 * Options that we would not set ourselves are told as warnings. Pure.
 */
export function draftAdopt({ connector, consumerIds }: Adoption, ground: PlanGround): PlanDraft {
  const running = runningOf(ground, connector);
  const warnings = running === null ? [] : checkConnectorConfig(running.config, ground.policy);
  return {
    connector,
    isNew: false,
    config: null,
    changes: [],
    refusals: [
      ...nameFaults(connector),
      ...standFaults({ connector, consumerIds }, ground),
      ...consumerIds.flatMap((id, at): readonly CodedFault[] =>
        ground.consumerIds.has(id)
          ? []
          : [
              {
                code: "consumer.not_found",
                path: `consumerIds[${at}]`,
                message: "There is no such consumer.",
              },
            ],
      ),
    ],
    warnings: warnings.filter(({ code }) => code !== "connect.class_denied"),
    effects: ["registers"],
  };
}

function nameFaults(connector: string): readonly CodedFault[] {
  const fault = connectorNameFault(connector, "connector");
  return fault === null ? [] : [{ ...fault, code: "connect.name_invalid" }];
}

function standFaults({ connector }: Adoption, ground: PlanGround): readonly CodedFault[] {
  const running = runningOf(ground, connector);
  const path = "connector";
  if (running === null)
    return [{ code: "connect.connector_missing", path, message: "Kafka Connect has no such connector." }];
  if (entryOf(ground, connector) !== null)
    return [{ code: "connect.name_taken", path, message: "It is in our care already." }];
  if (dataSourceOfClass(running.config["connector.class"] ?? "") === null)
    return [
      { code: "connect.class_denied", path, message: "Only connectors of Debezium's databases are steered." },
    ];
  return [];
}

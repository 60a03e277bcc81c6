import type { Cause } from "@gluttony/model";
import type { FoundConnector } from "../connectors/found-connector.ts";
import type { ConnectorState } from "./connector.ts";

/** What happens next, and who does it. */
export interface NextStep {
  readonly by: "gluttony" | "person";
  readonly what: string;
  /** When, where that is known. */
  readonly at: string | null;
}

/** Null where nothing needs to be done. Pure. */
export function nextStepOf(
  state: ConnectorState,
  { connector, users }: FoundConnector,
  cause: Cause | null,
): NextStep | null {
  const { name, registration, health, drift } = connector;
  const isWatched = registration !== null && health?.isGivenUp !== true;
  const atMs = health?.nextMendMs ?? null;
  const at = atMs === null ? null : new Date(atMs).toISOString();
  switch (state) {
    case "running":
      return drift.length === 0
        ? null
        : person(`Look at its drift; a plan changes it back: gluttony connector get ${name}`);
    case "waiting":
      return isWatched
        ? { by: "gluttony", what: "It is restarted as a whole if it has no task for two minutes.", at }
        : person(`gluttony connector restart ${name} --all`);
    case "failed":
      return isWatched
        ? { by: "gluttony", what: "What failed is restarted.", at }
        : person(`Mend the cause, then: gluttony connector restart ${name} --failed`);
    case "blocked":
      return person(
        users[0] === undefined
          ? (cause?.remedy ?? "Mend the source.")
          : `${cause?.remedy ?? ""} gluttony connector doctor ${users[0].name}`,
      );
    case "paused":
    case "stopped":
      return person(`Somebody wanted it so. gluttony connector resume ${name}`);
    case "missing":
      return isWatched && registration?.kind === "made" && registration.consumerIds.length > 0
        ? { by: "gluttony", what: "It is made again, and goes on where it was.", at }
        : person(`Write it again, or take it out of our care: gluttony connector delete ${name}`);
    case "unknown":
      return person(cause?.remedy ?? "");
  }
}

function person(what: string): NextStep {
  return { by: "person", what, at: null };
}

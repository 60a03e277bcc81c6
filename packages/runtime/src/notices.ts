import type { Facts, GluttonyError, ObservedStateName } from "@gluttony/model";
import type { LogFacts, Logger } from "@gluttony/sdk";
import type { History } from "./history.ts";
import type { GroupMember } from "./ports.ts";
import type { Rung } from "./watchdog.ts";

const codeOfRung = {
  refetch: "delivery.refetched",
  rejoin: "delivery.rejoined",
  recycle: "delivery.cell_recycled",
} as const;

/** Tells what is no state of its own: in the log, and as a line of the consumer's history. */
export class Notices {
  readonly #consumer: string;
  readonly #history: History;
  readonly #log: Logger;
  #isExpiring = false;

  constructor(consumer: string, history: History, log: Logger) {
    this.#consumer = consumer;
    this.#history = history;
    this.#log = log;
  }

  /** A rung of the watchdog's ladder is climbed. */
  climbed(rung: Rung): void {
    const code = codeOfRung[rung];
    this.#history.add("silent", code, "Records waited and none ended.");
    this.#log.warn("records wait and none ends", { consumer: this.#consumer, code });
  }

  /** Told at each look; said once, when the backlog comes near the topic's retention. */
  expiring(isExpiring: boolean): void {
    if (isExpiring && !this.#isExpiring) {
      this.#log.warn("the backlog nears the topic's retention", { consumer: this.#consumer });
      this.#history.add("lagging", "delivery.expiring", "Three quarters of the retention are used up.");
    }
    this.#isExpiring = isExpiring;
  }

  /** A consumer cannot be started, or its run ended. */
  cannotRun(error: GluttonyError, state: ObservedStateName): void {
    const { code, cause } = error;
    // The class of what lies beneath; its message may hold values, so it is left out.
    const beneath = cause instanceof Error ? cause.name : null;
    this.#log.warn("consumer cannot run", { consumer: this.#consumer, code, state, cause: beneath });
  }

  /** Another handler serves the consumer while it runs. */
  swapped(note: string): void {
    this.#log.info("another handler took over", { consumer: this.#consumer, code: "plugin.swapped", note });
    this.#history.add("running", "plugin.swapped", note);
  }

  /** The release that took over failed, and the one before serves again: somebody should know. */
  rolledBack({ code, facts }: GluttonyError): void {
    this.#log.error("a new release failed and was taken back", {
      consumer: this.#consumer,
      code,
      ...plain(facts),
    });
  }

  /** A program that is none of ours reads in the group. */
  stranger({ clientId, host }: GroupMember): void {
    this.#log.warn("a stranger reads in the group", { consumer: this.#consumer, clientId, host });
    this.#history.add("running", "kafka.foreign_member", `${clientId} at ${host} reads in the group.`);
  }
}

/** Facts that are single values, as the log takes them. */
function plain(facts: Facts): LogFacts {
  return Object.fromEntries(
    Object.entries(facts).flatMap(([name, fact]) =>
      typeof fact === "string" || typeof fact === "number" ? [[name, fact] as const] : [],
    ),
  );
}

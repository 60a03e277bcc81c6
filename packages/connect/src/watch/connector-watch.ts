import { toGluttonyError } from "@gluttony/model";
import type { Clock } from "@gluttony/runtime";
import type { ListedConnector } from "../client/parse-answers.ts";
import type { ConnectClient } from "../connect-client.ts";
import { failureLine } from "../connector-status.ts";
import { type ParsedStatus, settledOf } from "../parse-status.ts";
import { driftOf } from "../plan/drift.ts";
import type { ConnectorRegistry, ConnectorsLog, RegisteredConnector } from "../ports.ts";
import { hidingOf } from "../wanted-connector.ts";
import {
  type Mend,
  type SeenConnectorState,
  type WatchPolicy,
  decideRestart,
  watchPolicy,
} from "./decide-restart.ts";
import { isLoginDue } from "./renew-login.ts";
import type { ConnectorEvent, ConnectorHealth, WatchBook } from "./watch-book.ts";

/** Milliseconds between two looks. */
const LOOK_MS = 5_000;
/** Milliseconds between two examinations of one source. */
const EXAMINE_MS = 15_000;

export interface WatchCollaborators {
  readonly client: ConnectClient;
  readonly registry: Pick<ConnectorRegistry, "list">;
  readonly book: WatchBook;
  /** Makes a connector of rows again that somebody deleted. Throws `connect.*`. */
  makeAgain(connector: RegisteredConnector): Promise<void>;
  /**
   * Codes of what blocks a connector in its source. A connector whose login lost its grants, or whose publication lost its table,
   * says for ever that it runs.
   */
  examine(connector: RegisteredConnector): Promise<readonly string[]>;
  /** Reads what a connector's reference leads to, and gives the connector what changed. Throws `connect.*`, `secret.*`. */
  renewLogin?(connector: RegisteredConnector): Promise<void>;
  /** Takes every secret that the process knows out of a text of the worker. */
  hide?(text: string): string;
  readonly clock: Pick<Clock, "wallMs" | "sleep">;
  random(): number;
  readonly log: ConnectorsLog;
}

export interface WatchSettings {
  readonly hostId: string;
  readonly policy?: WatchPolicy;
  readonly lookMs?: number;
}

/** Looks after every connector in our care: on one host at a time, with a memory that outlives it. */
export class ConnectorWatch {
  readonly #with: WatchCollaborators;
  readonly #settings: WatchSettings;
  /** When each connector's source was examined last. */
  readonly #examinedMs = new Map<string, number>();
  /** When the login behind each connector was read last. */
  readonly #renewedMs = new Map<string, number>();

  constructor(collaborators: WatchCollaborators, settings: WatchSettings) {
    this.#with = collaborators;
    this.#settings = settings;
  }

  /** Looks again and again until the signal. A look that fails is followed by the next one. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.look().catch((error: unknown) => {
        this.#with.log.warn("Connectors cannot be looked at.", { code: toGluttonyError(error).code });
      });
      await this.#with.clock.sleep(this.#settings.lookMs ?? LOOK_MS, signal);
    }
  }

  /** One look. Answers whether it was this host's to look. */
  async look(): Promise<boolean> {
    const looked = await this.#with.book.whileAlone(() => this.#lookAlone());
    return looked !== null;
  }

  async #lookAlone(): Promise<true> {
    const { registry, client, book } = this.#with;
    const entries = await registry.list();
    if (entries.length === 0) return true;
    const remembered = new Map((await book.load()).map((health) => [health.connector, health]));
    const listed = new Map((await client.list()).map((one) => [one.name, one]));
    const seen: ConnectorHealth[] = [];
    for (const entry of entries)
      seen.push(
        await this.#lookAt(entry, { before: remembered.get(entry.name), listed: listed.get(entry.name) }),
      );
    await book.save(seen);
    return true;
  }

  async #lookAt(
    entry: RegisteredConnector,
    {
      before,
      listed,
    }: { readonly before: ConnectorHealth | undefined; readonly listed: ListedConnector | undefined },
  ): Promise<ConnectorHealth> {
    const { clock, book, log } = this.#with;
    const status = listed?.status ?? null;
    const moment = {
      state: seenStateOf(status),
      nowMs: clock.wallMs(),
      isOurs: entry.kind === "made" && entry.consumerIds.length > 0,
      chance: this.#with.random(),
    };
    const decision = decideRestart(before ?? null, moment, this.#settings.policy ?? watchPolicy);
    const failure =
      status === null ? null : failureLine(status, { secrets: [], known: [], ...hidingOf(this.#with) });
    const events: ConnectorEvent[] = [];
    if (decision.outcome !== null) {
      const { of, is } = decision.outcome;
      events.push(this.#event(entry.name, { deed: of, outcome: is, note: failure ?? "" }));
      const facts = { connector: entry.name, deed: of, outcome: is };
      if (is === "recovered") log.info("A connector runs again.", facts);
      else log.warn("A connector still does not run.", facts);
    }
    if (decision.act !== null) events.push(await this.#act(entry, decision.act));
    if (events.length > 0) await book.note(events);
    if (moment.isOurs) await this.#renewLogin(entry, failure);
    const drift = driftOf(entry.applied, listed?.config ?? null).map(({ option }) => option);
    const findings = await this.#examined(entry, before?.findings ?? []);
    return { connector: entry.name, ...decision.memory, failure, drift, findings };
  }

  /** What was found last, until it is time to look again. */
  async #examined(entry: RegisteredConnector, before: readonly string[]): Promise<readonly string[]> {
    const nowMs = this.#with.clock.wallMs();
    const lastMs = this.#examinedMs.get(entry.name);
    if (lastMs !== undefined && nowMs - lastMs < EXAMINE_MS) return before;
    this.#examinedMs.set(entry.name, nowMs);
    const findings = await this.#with
      .examine(entry)
      .catch((error: unknown): readonly string[] => [toGluttonyError(error).code]);
    const added = findings.filter((code) => !before.includes(code));
    if (added.length > 0)
      this.#with.log.warn("A connector's source is not as it must be.", {
        connector: entry.name,
        codes: added.join(","),
      });
    return findings;
  }

  /** A login that stands in the row itself changes with the row. */
  async #renewLogin(entry: RegisteredConnector, failure: string | null): Promise<void> {
    if (this.#with.renewLogin === undefined || entry.connString?.startsWith("${") !== true) return;
    const nowMs = this.#with.clock.wallMs();
    const renewedMs = this.#renewedMs.get(entry.name) ?? null;
    const isDue = isLoginDue({ nowMs, renewedMs, failure });
    if (isDue || renewedMs === null) this.#renewedMs.set(entry.name, nowMs);
    if (!isDue) return;
    await this.#with.renewLogin(entry).catch((error: unknown) => {
      const { code } = toGluttonyError(error);
      this.#with.log.warn("A connector's login cannot be renewed.", { connector: entry.name, code });
    });
  }

  async #act(entry: RegisteredConnector, act: Mend): Promise<ConnectorEvent> {
    const { name } = entry;
    try {
      await this.#mend(entry, act);
      this.#with.log.info("A connector that does not run is being mended.", { connector: name, deed: act });
      return this.#event(name, { deed: act, outcome: "asked", note: "" });
    } catch (error) {
      const { code } = toGluttonyError(error);
      this.#with.log.warn("A connector could not be mended.", { connector: name, deed: act, code });
      return this.#event(name, { deed: act, outcome: "refused", note: code });
    }
  }

  async #mend(entry: RegisteredConnector, act: Mend): Promise<void> {
    switch (act) {
      case "restart_failed":
        return this.#with.client.restart(entry.name, "failed");
      case "restart_all":
        return this.#with.client.restart(entry.name, "all");
      case "make_again":
        return this.#with.makeAgain(entry);
    }
  }

  #event(connector: string, what: Pick<ConnectorEvent, "deed" | "outcome" | "note">): ConnectorEvent {
    return { connector, hostId: this.#settings.hostId, at: new Date(this.#with.clock.wallMs()), ...what };
  }
}

/** Pure. */
export function seenStateOf(status: ParsedStatus | null): SeenConnectorState {
  if (status === null) return "missing";
  if (status.connector.state === "PAUSED") return "paused";
  if (status.connector.state === "STOPPED") return "stopped";
  return settledOf(status);
}

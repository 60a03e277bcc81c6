import { randomUUID } from "node:crypto";
import { GluttonyError } from "@gluttony/model";
import type { ConnectClient } from "../connect-client.ts";
import { dataSourceOfClass } from "../policy/connector-classes.ts";
import type { ConnectorRegistry, ConnectorsCollaborators, ConnectorsLog } from "../ports.ts";
import { capturedTables } from "./captured-tables.ts";
import { type Signal, type SnapshotDeed, type SourceTableSeen, draftSignal } from "./draft-signal.ts";
import { type SnapshotProgress, parseNotification, snapshotsOf } from "./snapshot-progress.ts";

/** Starts, stops, pauses and resumes snapshots by the connector's signal table, and tells how far they are. */
export interface SnapshotDesk {
  /** Tables that a connector captures now, as the source has them. */
  tables(connector: string): Promise<readonly SourceTableSeen[]>;
  /**
   * Sends the signal once: one of the same id is not sent again. Throws `connect.snapshot_refused` with every fault,
   * `connect.not_ours`, `connect.source_unknown`, `connect.source_unreachable`.
   */
  signal(deed: SnapshotDeed, id?: string): Promise<SentSignal>;
  /** Every snapshot that the connector's newest notifications tell of, in the order of their beginnings. */
  progress(connector: string): Promise<readonly SnapshotProgress[]>;
}

export interface SentSignal {
  readonly id: string;
  /** False when a signal of this id was there already. */
  readonly isNew: boolean;
}

export interface SnapshotCollaborators {
  readonly client: ConnectClient;
  readonly registry: Pick<ConnectorRegistry, "list" | "openConnString">;
  readonly resolveSecret: ConnectorsCollaborators["resolveSecret"];
  /** Throws `connect.source_unreachable`, `connect.login_refused`. */
  listTables(connString: string): Promise<readonly SourceTableSeen[]>;
  /** Answers whether the signal is new. Throws `connect.source_unreachable`. */
  sendSignal(connString: string, table: string, signal: Signal): Promise<boolean>;
  /** The newest values of a topic of one partition, oldest first; empty when there is no such topic. */
  readNewest(topic: string, count: number): Promise<readonly unknown[]>;
  readonly log: ConnectorsLog;
}

/** Notifications that are looked at; a snapshot of many tables has a few per table. */
const NOTIFICATIONS_MAX = 500;

export function createSnapshotDesk(collaborators: SnapshotCollaborators): SnapshotDesk {
  const { client, log } = collaborators;

  const standing = async (connector: string): Promise<Standing> => {
    const { registry, resolveSecret } = collaborators;
    const entry = (await registry.list()).find(({ name }) => name === connector);
    if (entry === undefined) throw new GluttonyError("connect.not_ours", { connector });
    const config = await client.config(connector);
    if (config === null) throw new GluttonyError("connect.connector_missing", { connector });
    const written = registry.openConnString(entry);
    if (written === null || dataSourceOfClass(config["connector.class"] ?? "") !== "postgresql")
      throw new GluttonyError("connect.source_unknown", { connector });
    const connString = await resolveSecret(written, entry.consumerIds[0] ?? "");
    const all = await collaborators.listTables(connString);
    const captured = new Set(
      capturedTables(
        config,
        all.map(({ name }) => name),
      ),
    );
    return { config, connString, tables: all.filter(({ name }) => captured.has(name)) };
  };

  return {
    tables: async (connector) => (await standing(connector)).tables,
    async signal(deed, id = randomUUID()) {
      const { config, connString, tables } = await standing(deed.connector);
      const { signal, refusals } = draftSignal(deed, id, { config, tables });
      if (refusals.length > 0) {
        const facts = { connector: deed.connector, faults: refusals.length };
        throw new GluttonyError("connect.snapshot_refused", facts, { faults: refusals });
      }
      const isNew = await collaborators.sendSignal(
        connString,
        config["signal.data.collection"] ?? "",
        signal,
      );
      log.info("A signal was sent to a connector.", {
        connector: deed.connector,
        type: signal.type,
        id,
        is_new: isNew,
      });
      return { id, isNew };
    },
    async progress(connector) {
      const config = await client.config(connector);
      if (config === null) throw new GluttonyError("connect.connector_missing", { connector });
      const topic = config["notification.sink.topic.name"];
      if (topic === undefined) return [];
      const values = await collaborators.readNewest(topic, NOTIFICATIONS_MAX);
      return snapshotsOf(values.map(parseNotification).filter((one) => one !== null));
    },
  };
}

interface Standing {
  readonly config: { readonly [option: string]: string };
  readonly connString: string;
  readonly tables: readonly SourceTableSeen[];
}

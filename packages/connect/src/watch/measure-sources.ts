import { toGluttonyError } from "@gluttony/model";
import type { Clock } from "@gluttony/runtime";
import type { ListedConnector } from "../client/parse-answers.ts";
import type { ConnectClient } from "../connect-client.ts";
import type { ConnectorRegistry, ConnectorsLog, RegisteredConnector } from "../ports.ts";

/** Milliseconds between two measures of everything. */
const MEASURE_MS = 15_000;
/** Sources that are asked at once. */
const AT_ONCE = 8;
const HEARTBEAT_PREFIX = "__debezium-heartbeat";

/** How much of its log a source keeps for a connector. */
export interface MeasuredSlot {
  readonly isActive: boolean;
  readonly walStatus: string | null;
  readonly retainedBytes: bigint;
  readonly behindBytes: bigint | null;
}

/** What was measured of one connector. Where a value is null, its reason says why: a word, or a registered code. */
export interface MeasuredSource {
  readonly connector: string;
  readonly tasks: readonly { readonly id: number; readonly state: string }[] | null;
  readonly slot: MeasuredSlot | null;
  readonly slotReason: string | null;
  readonly heartbeatAt: Date | null;
  readonly heartbeatEveryMs: number | null;
  readonly heartbeatReason: string | null;
  readonly lastChangeAt: Date | null;
  readonly lastChangeReason: string | null;
}

export interface MeasureCollaborators {
  readonly client: Pick<ConnectClient, "list">;
  readonly registry: Pick<ConnectorRegistry, "list" | "openConnString">;
  readonly book: {
    /** Runs `work` unless another host measures just now; null then. */
    whileAlone<T>(work: () => Promise<T>): Promise<T | null>;
    /** Replaces everything that was measured. */
    save(measured: readonly MeasuredSource[]): Promise<void>;
  };
  resolveSecret(value: string, consumerId: string): Promise<string>;
  /** Null when there is no such slot. Throws `connect.source_unreachable`, `connect.login_refused`. */
  measureSlot(connString: string, slot: string): Promise<MeasuredSlot | null>;
  /** When the newest record of a topic was written; null when it holds none or is not there. Throws `kafka.*`. */
  newestAt(topic: string): Promise<Date | null>;
  readonly clock: Pick<Clock, "sleep">;
  readonly log: ConnectorsLog;
}

/** Measures every source of a registered connector on a slow beat, until the signal; on one host at a time. */
export async function measureSources(
  collaborators: MeasureCollaborators,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await measureOnce(collaborators).catch((error: unknown) => {
      collaborators.log.warn("Sources cannot be measured.", { code: toGluttonyError(error).code });
    });
    await collaborators.clock.sleep(MEASURE_MS, signal);
  }
}

/** One measure of everything. Answers whether it was this host's to take. */
export async function measureOnce(collaborators: MeasureCollaborators): Promise<boolean> {
  const { registry, client, book } = collaborators;
  const done = await book.whileAlone(async () => {
    const entries = await registry.list();
    const listed = entries.length === 0 ? [] : await client.list().catch(() => null);
    const byName = listed === null ? null : new Map(listed.map((one) => [one.name, one]));
    const measured: MeasuredSource[] = [];
    for (let first = 0; first < entries.length; first += AT_ONCE) {
      const some = entries.slice(first, first + AT_ONCE);
      measured.push(...(await Promise.all(some.map((entry) => measure(entry, byName, collaborators)))));
    }
    await book.save(measured);
    return true;
  });
  return done !== null;
}

async function measure(
  entry: RegisteredConnector,
  listed: ReadonlyMap<string, ListedConnector> | null,
  collaborators: MeasureCollaborators,
): Promise<MeasuredSource> {
  const found = listed?.get(entry.name);
  const config = found?.config ?? entry.applied ?? {};
  const [slot, heartbeat, change] = await Promise.all([
    slotOf(entry, collaborators),
    heartbeatOf(config, collaborators),
    timeOf(entry.topic, collaborators),
  ]);
  return {
    connector: entry.name,
    tasks: found?.status?.tasks.map(({ id, state }) => ({ id, state })) ?? null,
    ...slot,
    ...heartbeat,
    lastChangeAt: change.at,
    lastChangeReason: change.reason,
  };
}

async function slotOf(
  entry: RegisteredConnector,
  { registry, resolveSecret, measureSlot }: MeasureCollaborators,
): Promise<Pick<MeasuredSource, "slot" | "slotReason">> {
  try {
    const kept = entry.slot === null ? null : registry.openConnString(entry);
    if (entry.slot === null) return { slot: null, slotReason: "no_slot" };
    if (kept === null) return { slot: null, slotReason: "no_login" };
    const connString = await resolveSecret(kept, entry.consumerIds[0] ?? "");
    const slot = await measureSlot(connString, entry.slot);
    return { slot, slotReason: slot === null ? "slot_missing" : null };
  } catch (error) {
    return { slot: null, slotReason: toGluttonyError(error).code };
  }
}

type Heartbeat = Pick<MeasuredSource, "heartbeatAt" | "heartbeatEveryMs" | "heartbeatReason">;

/** A heartbeat comes even while no row changes; its topic's newest record says when the connector was last heard of. */
async function heartbeatOf(
  config: { readonly [option: string]: string },
  collaborators: MeasureCollaborators,
): Promise<Heartbeat> {
  const topicPrefix = config["topic.prefix"];
  if (topicPrefix === undefined)
    return { heartbeatAt: null, heartbeatEveryMs: null, heartbeatReason: "configuration_unknown" };
  const heartbeatEveryMs = Number(config["heartbeat.interval.ms"] ?? "0");
  if (!(heartbeatEveryMs > 0))
    return { heartbeatAt: null, heartbeatEveryMs: null, heartbeatReason: "switched_off" };
  const prefix = config["topic.heartbeat.prefix"] ?? HEARTBEAT_PREFIX;
  const { at, reason } = await timeOf(`${prefix}.${topicPrefix}`, collaborators);
  return { heartbeatAt: at, heartbeatEveryMs, heartbeatReason: reason };
}

async function timeOf(
  topic: string,
  { newestAt }: MeasureCollaborators,
): Promise<{ readonly at: Date | null; readonly reason: string | null }> {
  try {
    const at = await newestAt(topic);
    return { at, reason: at === null ? "no_record" : null };
  } catch (error) {
    return { at: null, reason: toGluttonyError(error).code };
  }
}

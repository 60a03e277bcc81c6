import { type Consumer, type ConsumerSource, GluttonyError } from "@gluttony/model";
import type { ConnectClient } from "../connect-client.ts";
import { planConnector } from "../connector-config.ts";
import { settledOf } from "../parse-status.ts";
import { parseConnString } from "../parse-conn-string.ts";
import type { ConnectorsCollaborators } from "../ports.ts";
import { type TopicFacts, judgeKafka } from "./kafka-checks.ts";
import { judgeMysql, readMysqlFacts } from "./mysql-checks.ts";
import { judgeOracle, readOracleFacts } from "./oracle-checks.ts";
import { judgePostgres } from "./postgres-checks.ts";
import type { PostgresFacts, PostgresWish } from "./postgres-facts.ts";
import { type OpenSourceOf } from "./source-drivers.ts";
import { type SourceCheckName, type SourceFinding, worstFirst } from "./source-finding.ts";
import { parseSourceLogin } from "./source-login.ts";
import type { SourceDestinations } from "../policy/source-destinations.ts";
import { judgeSqlServer, readSqlServerFacts } from "./sqlserver-checks.ts";

/** Looks at the source and the topics of a consumer, and says what is wrong and how it is mended. */
export interface SourceDoctor {
  /**
   * Every check, the worst first; with names only those. Throws `connect.source_unreachable`, `connect.login_refused`,
   * `connect.conn_string_invalid`, `connect.destination_refused`, `source.driver_missing`, `secret.*`, `consumer.invalid`.
   */
  examine(consumer: Consumer, only?: readonly SourceCheckName[]): Promise<readonly SourceFinding[]>;
}

export interface DoctorCollaborators {
  readonly resolveSecret: ConnectorsCollaborators["resolveSecret"];
  /** Asked before a source is connected to; whoever may examine any source when left out. */
  readonly admit?: SourceDestinations["admit"];
  /** Null where no worker is named. */
  readonly client: Pick<ConnectClient, "status" | "offsets"> | null;
  readPostgres(connString: string, wish: PostgresFactsWish): Promise<PostgresFacts>;
  readonly openSource: OpenSourceOf;
  /** Null when there is no such topic. Throws `kafka.*`. */
  describeTopic(topic: string): Promise<TopicFacts | null>;
}

/** Names of what a connector uses in its source. */
export interface PostgresFactsWish {
  readonly schema: string;
  readonly table: string;
  readonly slotName: string;
  readonly publicationName: string;
  readonly signalTable: string | null;
}

export function createSourceDoctor(collaborators: DoctorCollaborators): SourceDoctor {
  return {
    async examine(consumer, only = []) {
      const ofSource =
        consumer.source === null ? [] : await examineSource(consumer, consumer.source, collaborators);
      const findings = [...ofSource, ...(await examineTopics(consumer, collaborators))];
      return worstFirst(only.length === 0 ? findings : findings.filter(({ check }) => only.includes(check)));
    },
  };
}

async function examineSource(
  consumer: Consumer,
  source: ConsumerSource,
  collaborators: DoctorCollaborators,
): Promise<readonly SourceFinding[]> {
  const connString = await collaborators.resolveSecret(source.connString, consumer.id);
  if (source.dataSource === "postgresql")
    return examinePostgres(consumer, { source, connString }, collaborators);
  const login = parseSourceLogin(connString, source.dataSource);
  const wish = {
    schema: source.schema,
    table: source.table,
    globalKey: consumer.globalKey,
    user: login.user,
  };
  await collaborators.admit?.(login);
  const open = await collaborators.openSource(source.dataSource, login);
  try {
    switch (source.dataSource) {
      case "mysql":
      case "mariadb": {
        const serverId = consumer.connector.options["database.server.id"] ?? null;
        return judgeMysql(await readMysqlFacts(open, wish), {
          ...wish,
          dataSource: source.dataSource,
          serverId,
        });
      }
      case "mssql":
        return judgeSqlServer(await readSqlServerFacts(open, wish), { ...wish, database: login.database });
      case "oracle":
        return judgeOracle(await readOracleFacts(open, wish), wish);
    }
  } catch (error) {
    throw error instanceof GluttonyError
      ? error
      : new GluttonyError("connect.source_unreachable", { data_source: source.dataSource });
  } finally {
    await open.close();
  }
}

async function examinePostgres(
  consumer: Consumer,
  { source, connString }: { readonly source: ConsumerSource; readonly connString: string },
  { client, readPostgres, admit }: DoctorCollaborators,
): Promise<readonly SourceFinding[]> {
  const { schema, table } = source;
  const keyColumns = consumer.globalKey.length === 0 ? null : consumer.globalKey;
  const address = parseConnString(connString, source.dataSource);
  await admit?.(address);
  const { topic, connector } = consumer;
  const { options } = connector;
  const planned = planConnector({ address, schema, table, topic, keyColumns, options, workerBrokers: "" });
  const names = { slotName: planned.slot ?? "", publicationName: planned.publication ?? "" };
  const signalTable = planned.config["signal.data.collection"] ?? null;
  const [facts, stands] = await Promise.all([
    readPostgres(connString, { schema, table, ...names, signalTable }),
    standingOf(planned.name, client),
  ]);
  const wish: PostgresWish = {
    schema,
    table,
    ...names,
    globalKey: consumer.globalKey,
    config: planned.config,
    ...stands,
  };
  return judgePostgres(facts, wish);
}

type Standing = Pick<PostgresWish, "isMade" | "isRunning" | "offsetLsn">;

async function standingOf(name: string, client: DoctorCollaborators["client"]): Promise<Standing> {
  const status = await client?.status(name);
  if (client === null || status === undefined || status === null)
    return { isMade: false, isRunning: false, offsetLsn: null };
  const [first] = await client.offsets(name).catch(() => []);
  const lsn = first?.offset?.["lsn"];
  return {
    isMade: true,
    isRunning: settledOf(status) === "running",
    offsetLsn: typeof lsn === "number" && Number.isSafeInteger(lsn) ? BigInt(lsn) : null,
  };
}

async function examineTopics(
  { topic, delivery, globalKey, connector, source }: Consumer,
  { describeTopic }: DoctorCollaborators,
): Promise<readonly SourceFinding[]> {
  const historyTopic = connector.options["schema.history.internal.kafka.topic"] ?? null;
  const wish = {
    topic,
    recordBytesMax: delivery.recordBytesMax,
    hasTombstones: source !== null && connector.options["tombstones.on.delete"] !== "false",
    hasKeylessRecords: connector.options["skipped.operations"] === "none" && globalKey.length === 0,
    historyTopic,
  };
  const history = historyTopic === null ? null : await describeTopic(historyTopic);
  return judgeKafka({ topic: await describeTopic(topic), history }, wish);
}

import { createKafkaTopics } from "@gluttony/kafka";
import type { WriterSchema } from "@gluttony/sdk/codecs";
import { schemasNamedBy } from "@gluttony/sdk/codecs";
import type { RawRecord } from "@gluttony/sdk/codecs";
import { schemaSourceOf } from "../change/schema-source.ts";
import type { SchemaSource, SchemaWish } from "../change/schema-source.ts";
import { createLog } from "../log.ts";
import { requiredSettings } from "../required-settings.ts";
import { version } from "../version.ts";
import type { DevNews } from "./dev-news.ts";
import type { FedRecord } from "./record-feed.ts";
import { TopicFeed } from "./topic-feed.ts";
import type { TopicWish } from "./topic-feed.ts";

/** Which topic a handler is developed on. */
export interface LiveWish extends TopicWish, SchemaWish {}

/** A topic that is read for the author of a handler, until it is closed. */
export interface LiveRecords {
  readonly feed: TopicFeed;
  close(): Promise<void>;
}

/**
 * Opens a topic on the brokers of KAFKA_HOST, with the schema registry of the wish, else of the environment. Throws
 * `config.invalid`, `kafka.unreachable`, and as `TopicFeed.open` does.
 */
export async function openLiveRecords(wish: LiveWish, tell: (news: DevNews) => void): Promise<LiveRecords> {
  const { brokers, schemaRegistry } = requiredSettings(["KAFKA_HOST"]);
  const schemas = schemaSourceOf(sourceWish(wish, schemaRegistry?.url));
  const log = createLog("silent", { service: "gluttony", version });
  const topics = createKafkaTopics({ brokers, clientId: "gluttony-dev", log });
  const close = async (): Promise<void> => {
    await Promise.all([topics.close(), schemas.close()]);
  };
  try {
    const withSchemas = (record: RawRecord): Promise<FedRecord> => fedRecord(record, schemas);
    return { feed: await TopicFeed.open(wish, { topics, withSchemas, tell }), close };
  } catch (error) {
    await close();
    throw error;
  }
}

function sourceWish({ registry, schemas }: SchemaWish, ownRegistry: string | undefined): SchemaWish {
  const url = schemas === undefined ? (registry ?? ownRegistry) : registry;
  return { ...(url === undefined ? {} : { registry: url }), ...(schemas === undefined ? {} : { schemas }) };
}

async function fedRecord(record: RawRecord, source: SchemaSource): Promise<FedRecord> {
  const schemas: WriterSchema[] = [];
  for (const { ref, isNeeded } of schemasNamedBy(record)) {
    const found = await source.find(ref);
    if ("schema" in found) schemas.push(found.schema);
    else if (isNeeded) return { record, schemas: [], failure: found.failure };
  }
  return { record, schemas, failure: null };
}

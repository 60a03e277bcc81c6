import type { AttemptRequest, AttemptResult } from "@gluttony/core";
import { isCode } from "@gluttony/model";
import type { Attributes } from "@opentelemetry/api";
import {
  ATTR_DB_COLLECTION_NAME,
  ATTR_DB_OPERATION_NAME,
  ATTR_DB_SYSTEM_NAME,
  ATTR_ERROR_TYPE,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_HTTP_ROUTE,
  ATTR_MESSAGING_BATCH_MESSAGE_COUNT,
  ATTR_MESSAGING_CONSUMER_GROUP_NAME,
  ATTR_MESSAGING_DESTINATION_NAME,
  ATTR_MESSAGING_DESTINATION_PARTITION_ID,
  ATTR_MESSAGING_KAFKA_MESSAGE_TOMBSTONE,
  ATTR_MESSAGING_KAFKA_OFFSET,
  ATTR_MESSAGING_OPERATION_NAME,
  ATTR_MESSAGING_OPERATION_TYPE,
  ATTR_MESSAGING_SYSTEM,
  ATTR_SERVER_ADDRESS,
  ATTR_SERVER_PORT,
  ATTR_URL_TEMPLATE,
} from "@opentelemetry/semantic-conventions/incubating";

// The one place where spans get their words. The conventions for messaging are still in development, so the library is held at one
// version. `messaging.kafka.message.key` is never set: in a hospital the key is a patient. Nothing here comes from a record's bytes.

/** An attempt as its span tells it. Pure. */
export function attemptWords(
  { record, consumer, attempt }: AttemptRequest,
  { release, group }: { readonly release: string; readonly group: string | undefined },
): Attributes {
  return {
    [ATTR_MESSAGING_SYSTEM]: "kafka",
    [ATTR_MESSAGING_OPERATION_NAME]: "process",
    [ATTR_MESSAGING_OPERATION_TYPE]: "process",
    [ATTR_MESSAGING_DESTINATION_NAME]: record.topic,
    [ATTR_MESSAGING_DESTINATION_PARTITION_ID]: String(record.partition),
    [ATTR_MESSAGING_KAFKA_OFFSET]: Number(record.offset),
    ...(group === undefined ? {} : { [ATTR_MESSAGING_CONSUMER_GROUP_NAME]: group }),
    ...(record.value === null ? { [ATTR_MESSAGING_KAFKA_MESSAGE_TOMBSTONE]: true } : {}),
    "gluttony.consumer": consumer.name,
    "gluttony.release": release,
    "gluttony.attempt": attempt,
  };
}

/** How an attempt ended. Pure. */
export function outcomeWords(result: AttemptResult): Attributes {
  if (result.kind !== "failed") return { "gluttony.outcome": result.kind };
  const { code, kind } = result.failure;
  return {
    "gluttony.outcome": "failed",
    "gluttony.failure.kind": kind,
    [ATTR_ERROR_TYPE]: boundedCode(code),
  };
}

/** A request that the host sends: where to, never the path or the query. Pure. */
export function callWords(method: string, url: string): Attributes {
  const { hostname, port, protocol } = new URL(url);
  return {
    [ATTR_HTTP_REQUEST_METHOD]: method,
    [ATTR_SERVER_ADDRESS]: hostname,
    [ATTR_SERVER_PORT]: port === "" ? (protocol === "https:" ? 443 : 80) : Number(port),
  };
}

/** What became of a request: a status from 400 on is an error of who sent it. Pure. */
export function answerWords(answer: { readonly status: number } | { readonly code: string }): Attributes {
  if ("code" in answer) return { [ATTR_ERROR_TYPE]: answer.code };
  const { status } = answer;
  return {
    [ATTR_HTTP_RESPONSE_STATUS_CODE]: status,
    ...(status >= 400 ? { [ATTR_ERROR_TYPE]: String(status) } : {}),
  };
}

/** A request to the admin API, by the pattern of its route. Pure. */
export function servedWords(method: string, route: string, requestId: string): Attributes {
  return { [ATTR_HTTP_REQUEST_METHOD]: method, [ATTR_HTTP_ROUTE]: route, "gluttony.request.id": requestId };
}

/** What the admin API answered: a refusal is no error of the server. Pure. */
export function servedAnswerWords(status: number): Attributes {
  return {
    [ATTR_HTTP_RESPONSE_STATUS_CODE]: status,
    ...(status >= 500 ? { [ATTR_ERROR_TYPE]: String(status) } : {}),
  };
}

/** A write to gluttony's own database. Pure. */
export function writeWords(operation: string, table: string, consumerId: string): Attributes {
  return {
    [ATTR_DB_SYSTEM_NAME]: "postgresql",
    [ATTR_DB_OPERATION_NAME]: operation,
    [ATTR_DB_COLLECTION_NAME]: table,
    "gluttony.consumer.id": consumerId,
  };
}

/** How many partitions a write is about. Pure. */
export function countWords(count: number): Attributes {
  return { [ATTR_MESSAGING_BATCH_MESSAGE_COUNT]: count };
}

export function errorWords(code: string): Attributes {
  return { [ATTR_ERROR_TYPE]: boundedCode(code) };
}

/** The words of Kafka Connect's own routes; whatever else stands in a path is a name. */
const connectWords: ReadonlySet<string> = new Set([
  "connectors",
  "connector-plugins",
  "config",
  "validate",
  "status",
  "tasks",
  "restart",
  "pause",
  "resume",
  "stop",
  "offsets",
  "topics",
  "reset",
  "admin",
  "loggers",
  "health",
]);

/** A route of Kafka Connect without the names in it. Pure. */
export function connectRoute(url: string): string {
  const segments = new URL(url).pathname.split("/");
  return segments.map((one) => (one === "" || connectWords.has(one) ? one : "{name}")).join("/");
}

export function routeWords(route: string): Attributes {
  return { [ATTR_URL_TEMPLATE]: route };
}

/** A plugin may invent codes without end, and with anything in them. */
function boundedCode(code: string): string {
  return isCode(code) ? code : "plugin";
}

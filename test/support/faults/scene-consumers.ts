import type { Pool } from "@gluttony/postgres";
import { nameFor } from "../kafka-tools.ts";
import { insertConsumer } from "../sql.ts";

/** Name of the consumer that the fault is about. */
export const patients = "patients";
/** Settings of the first-party handler, unless a row has others: on a busy machine an answer may take its time. */
export const empiHandler = { events: { delete: "ignore" }, timeoutMs: 10_000 };
/** Waits of a test. */
const quickDelivery = { concurrency: 8, backoffFirstMs: 50, backoffMaxMs: 1_000 };

/** `cdc.consumer.configuration` of the consumer that the fault is about. */
export function configurationOf(wish: {
  readonly handler: { readonly [name: string]: unknown };
  readonly delivery: { readonly [name: string]: unknown } | undefined;
}): { readonly [part: string]: unknown } {
  return { handler: wish.handler, delivery: { ...quickDelivery, ...wish.delivery } };
}

/** Inserts the consumer and the neighbour who must not notice; answers the first one's id. */
export async function insertConsumers(
  pool: Pool,
  wish: {
    readonly topic: string;
    readonly group: string;
    readonly neighbourTopic: string;
    readonly handlerFunc: string;
    readonly configuration: { readonly [part: string]: unknown };
  },
): Promise<string> {
  const { topic, group, neighbourTopic, handlerFunc, configuration } = wish;
  await insertConsumer(pool, {
    name: "neighbour",
    handlerFunc: "datasync",
    topic: neighbourTopic,
    group: nameFor("group"),
    globalKey: ["dept_code"],
    configuration: { delivery: quickDelivery },
  });
  return insertConsumer(pool, {
    name: patients,
    handlerFunc,
    topic,
    group,
    globalKey: ["patient_id"],
    configuration,
  });
}

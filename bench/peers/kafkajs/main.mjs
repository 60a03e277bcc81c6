// Settings, each with its reason:
// - partitionsConsumedConcurrently 12: all partitions at once, the most that eachMessage can do in order.
// - automatic commits at kafkajs' defaults: what its users have.
// - one undici pool with as many connections as slots, and Pool.request: the fastest documented way that is usual.
import { createRequire } from "node:module";
import { join } from "node:path";

const here = createRequire(import.meta.url);
const { Kafka, logLevel } = here("kafkajs");
// undici is a dependency of the one package that owns HTTP; the peer uses the same copy.
const { Pool } = createRequire(join(import.meta.dirname, "../../../packages/egress/package.json"))("undici");

const { KAFKA_HOST, TARGET, TOPIC, GROUP, SLOTS, MODE, START } = process.env;
const progressMs = 100;
const noteMaxUs = 2_147_483_647;

const kafka = new Kafka({ brokers: [KAFKA_HOST], clientId: "bench-kafkajs", logLevel: logLevel.ERROR });
const consumer = kafka.consumer({ groupId: GROUP });
const pool = new Pool(TARGET, { connections: Number(SLOTS), pipelining: 1 });
let count = 0;

await consumer.connect();
await consumer.subscribe({ topics: [TOPIC], fromBeginning: START === "earliest" });
const progress = setInterval(tell, progressMs);
process.once("SIGTERM", () => void end());
await consumer.run(
  MODE === "loop" ? { eachBatch: parseAll } : { partitionsConsumedConcurrently: 12, eachMessage: post },
);

async function post({ partition, message }) {
  const { after } = JSON.parse(message.value.toString());
  const noteUs = Math.min(noteMaxUs, Number(process.hrtime.bigint() / 1_000n) - after.sent_us);
  const { statusCode, body } = await pool.request({
    path: "/patient",
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-record": `${after.patient_id} ${partition} ${message.offset} ${after.row_version} ${noteUs}`,
    },
    body: JSON.stringify(after),
  });
  await body.dump();
  if (statusCode !== 200) throw new Error(`The target answered ${statusCode}.`);
  count += 1;
}

async function parseAll({ batch, resolveOffset, heartbeat }) {
  for (const message of batch.messages) {
    const { after } = JSON.parse(message.value.toString());
    if (after === null) throw new Error("A record without a row.");
    count += 1;
    resolveOffset(message.offset);
  }
  await heartbeat();
}

function tell() {
  process.stdout.write(`{"atNs":"${process.hrtime.bigint()}","count":${count}}\n`);
}

async function end() {
  clearInterval(progress);
  tell();
  await consumer.disconnect();
  await pool.destroy();
}

// Plain kafkajs: what most users have, and a loop that only reads and parses.
import { join } from "node:path";
import { profileFlags } from "../../profile.mjs";
import { nodeOptions } from "../../stage.mjs";
import { TestedProcess } from "../../tested-process.mjs";

/** `eachMessage`, twelve partitions at once, one POST through undici's pool per record. */
export const plainKafkajs = {
  name: "kafkajs",
  unavailable: async () => "",
  start: (stage, job) => start(stage, job, "each-message"),
};

/** `eachBatch`, every value parsed, nothing done: the ceiling of anything in Node on kafkajs. */
export const bareLoop = {
  name: "kafkajs-loop",
  unavailable: async () => "",
  start: (stage, job) => start(stage, job, "loop"),
};

function start(stage, job, mode) {
  const env = {
    PATH: process.env.PATH ?? "",
    NODE_OPTIONS: nodeOptions,
    KAFKA_HOST: stage.kafka,
    TARGET: stage.target.url,
    TOPIC: job.topic,
    GROUP: job.group,
    SLOTS: String(job.slots),
    MODE: mode,
    START: job.startFrom ?? "earliest",
  };
  const run = () =>
    new TestedProcess(process.execPath, [...profileFlags(mode), join(import.meta.dirname, "main.mjs")], {
      env,
    });
  let running = run();
  return {
    get process() {
      return running;
    },
    progress: async () => {
      const last = running.progress.at(-1);
      return { atNs: BigInt(last?.atNs ?? 0), count: last?.count ?? 0 };
    },
    untilRunning: async () => {},
    restart: () => {
      running = run();
    },
    stop: () => running.stop(),
  };
}

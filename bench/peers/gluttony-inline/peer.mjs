// gluttony's engine with the handler in its own process: what isolation costs is the difference to the cell.
import { join } from "node:path";
import { hrtime } from "node:process";
import { profileFlags } from "../../profile.mjs";
import { TestedProcess } from "../../tested-process.mjs";
import { desireConsumers, endedCount } from "../gluttony-cell/consumer-row.mjs";

export const gluttonyInline = {
  name: "gluttony-inline",
  unavailable: async () => "",
  async start(stage, job) {
    const [name] = await desireConsumers(stage, job);
    const env = { ...(await stage.gluttonyEnv(job.slots)), BENCH_CONSUMER: name, BENCH_HANDLER: job.handler };
    const start = () =>
      new TestedProcess(
        process.execPath,
        [...profileFlags("inline"), join(import.meta.dirname, "main.mjs")],
        { env },
      );
    let running = start();
    return {
      get process() {
        return running;
      },
      progress: async () => ({ atNs: hrtime.bigint(), count: await endedCount(stage, name) }),
      restart: () => {
        running = start();
      },
      stop: async () => {
        await running.stop();
        await stage.pool.query("delete from cdc.consumer");
      },
    };
  },
};

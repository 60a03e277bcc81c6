// gluttony as it is installed: a `serve` host, a process cell, marks in Postgres.
import { hrtime } from "node:process";
import { profileFlags } from "../../profile.mjs";
import { program } from "../../stage.mjs";
import { TestedProcess } from "../../tested-process.mjs";
import { until } from "../../wait.mjs";
import { desireConsumers, endedCount } from "./consumer-row.mjs";

const runningLimitMs = 90_000;

/** The same system under any name: twins of one system tell the noise. */
export function gluttonyCell(name) {
  return { name, unavailable: async () => "", start: (stage, job) => startHost(stage, job) };
}

async function startHost(stage, job) {
  const names = await desireConsumers(stage, job);
  const env = await stage.gluttonyEnv(job.slots);
  const start = () =>
    new TestedProcess(process.execPath, [...profileFlags("host"), program, "serve"], { env });
  let host = start();
  return {
    get process() {
      return host;
    },
    /** The whole count of ended records at a moment; half a commit's beat late at both ends of a run. */
    progress: async () => ({ atNs: hrtime.bigint(), count: await endedCount(stage, names[0]) }),
    /** Waits until the host says of every consumer that it runs; answers what it said over time. */
    untilRunning: async () => {
      const seen = [];
      const isRunning = await until(
        async () => {
          const states = await statesOf(stage);
          seen.push({ atMs: Math.round(performance.now()), states });
          return (states.running ?? 0) + (states.idle ?? 0) === names.length;
        },
        runningLimitMs,
        500,
      );
      if (!isRunning) throw new Error(`Not all consumers run: ${JSON.stringify(seen.at(-1).states)}`);
      return seen;
    },
    restart: () => {
      host = start();
    },
    stop: async () => {
      await host.stop();
      await stage.pool.query("delete from cdc.consumer");
    },
  };
}

/** How many consumers are in each state, with its cause's code, as the host wrote them down for everybody. */
async function statesOf(stage) {
  const rows = await stage.pool.query(
    `select o.state || coalesce(' ' || (o.cause->>'code'), '') as state, count(*)::int as count
     from cdc.observed_state o join cdc.consumer c on c.id::text = o.consumer_id group by 1`,
  );
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}

// franz-go with a pool per key: a floor in a compiled language, where the `go` tool and its modules are to be had.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { cacheFolder } from "gluttony/local-stack";
import { TestedProcess } from "../../tested-process.mjs";

const run = promisify(execFile);
const buildLimitMs = 300_000;

let binary;

export const franzGo = {
  name: "franz-go",
  async unavailable() {
    try {
      await run("go", ["version"]);
    } catch {
      return "there is no go";
    }
    try {
      binary = await built();
      return "";
    } catch (error) {
      return `it cannot be built: ${String(error.stderr ?? error.message).split("\n")[0]}`;
    }
  },
  start(stage, job) {
    const env = {
      PATH: process.env.PATH ?? "",
      KAFKA_HOST: stage.kafka,
      TARGET: stage.target.url,
      TOPIC: job.topic,
      GROUP: job.group,
      SLOTS: String(job.slots),
    };
    const start = () => new TestedProcess(binary, [], { env });
    let running = start();
    return {
      get process() {
        return running;
      },
      restart: () => {
        running = start();
      },
      stop: () => running.stop(),
    };
  },
};

/** Built once per text of its sources; the modules are pinned by go.sum. */
async function built() {
  const hash = createHash("sha256");
  for (const file of ["main.go", "go.mod", "go.sum"])
    hash.update(await readFile(join(import.meta.dirname, file)));
  const file = join(await cacheFolder(), `bench-franz-go-${hash.digest("hex").slice(0, 12)}`);
  if (existsSync(file)) return file;
  const half = `${file}.half-${process.pid}`;
  await run("go", ["build", "-mod=readonly", "-o", half, "."], {
    cwd: import.meta.dirname,
    timeout: buildLimitMs,
  });
  await rename(half, file);
  return file;
}

// Confluent Parallel Consumer on the JVM: the reference for order per key.
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm } from "node:fs/promises";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { cacheFolder, findJava } from "gluttony/local-stack";
import { runMaven } from "../../../packages/cli/dist/local-stack/maven.js";
import {
  checkPinned,
  haveTheirSizes,
  readPinned,
} from "../../../packages/cli/dist/local-stack/pinned-files.js";
import { compileJava } from "../../target/target.mjs";
import { TestedProcess } from "../../tested-process.mjs";

const pom = join(import.meta.dirname, "pom.xml");
const pinnedFile = join(import.meta.dirname, "files.sha256");
const source = join(import.meta.dirname, "Peer.java");
/** Heap at most; Parallel Consumer buffers many records per slot. */
const heap = "-Xmx768m";

let command;

export const parallelConsumer = {
  name: "parallel-consumer",
  /** Fetches the jars the first time; a machine that cannot is told so instead of a figure. */
  async unavailable() {
    try {
      const libs = await fetchedLibs();
      const classPath = join(libs, "*");
      const classes = await compileJava(source, classPath);
      const { program } = await findJava();
      const options = [heap, "-XX:+UseSerialGC", "-XX:-UsePerfData", "-cp", `${classes}:${classPath}`];
      command = { program, args: [...options, "Peer"] };
      return "";
    } catch (error) {
      return `its jars cannot be had: ${error.message}`;
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
    const run = () => new TestedProcess(command.program, command.args, { env });
    let running = run();
    return {
      get process() {
        return running;
      },
      restart: () => {
        running = run();
      },
      stop: () => running.stop(),
    };
  },
};

/** The pinned jars from the cache; another pom or list is another folder. */
async function fetchedLibs() {
  const pinned = await readPinned(pinnedFile);
  const hash = createHash("sha256")
    .update(await readFile(pom))
    .update(await readFile(pinnedFile));
  const folder = join(await cacheFolder(), `bench-parallel-consumer-${hash.digest("hex").slice(0, 12)}`);
  if (existsSync(folder) && haveTheirSizes(folder, pinned)) return join(folder, "libs");
  const half = `${folder}.half-${process.pid}`;
  try {
    await fetchInto(half);
    await checkPinned(half, pinned);
    await rm(folder, { recursive: true, force: true });
    await rename(half, folder);
  } finally {
    await rm(half, { recursive: true, force: true });
  }
  return join(folder, "libs");
}

async function fetchInto(folder) {
  await mkdir(folder, { recursive: true });
  await runMaven(["-q", "-B", "-f", pom, `-Dout=${folder}`, "generate-resources"], folder, `${folder}.log`);
}

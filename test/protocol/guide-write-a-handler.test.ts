import { chmod, mkdir, mkdtemp, readFile, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { changeOf } from "../support/change-of.ts";
import { programPath } from "../support/host.ts";
import { type KafkaTools, kafkaTools } from "../support/kafka-tools.ts";
import { packPlugin } from "../support/pack-plugin.ts";
import { removeReadOnly } from "../support/remove-read-only.ts";
import { openMigrated } from "../support/sql.ts";
import { makeDatabase, stack } from "../support/stack.ts";
import type { TestDatabase } from "../support/stack.ts";
import { typed } from "../support/typed-command.ts";

const root = resolve(import.meta.dirname, "../..");
const guide = await readFile(join(root, "docs/guide/write-a-handler.md"), "utf8");

/** The blocks of code of one language, in order. */
function blocks(language: string): readonly string[] {
  return [...guide.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, "gm"))].map(
    ([, text = ""]) => text,
  );
}

const commands = blocks("sh").flatMap((block) => block.trim().split("\n"));
let place = "";
let folder = "";
let creator = "";
let database: TestDatabase;
let tools: KafkaTools | undefined;
const guideTopic = "postgresql.his.patient";
const isMissing = stack().postgresUnavailable !== "" || stack().unavailable !== "";

/** The package that the guide describes, from the guide's own blocks. */
beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), "gluttony-guide-"));
  folder = join(place, "patients");
  const [handler = ""] = blocks("js");
  const [tested = ""] = blocks("js").filter((block) => block.includes("runHandler"));
  const [manifest = "{}"] = blocks("json").filter((block) => block.includes('"manifest"'));
  const [line = ""] = blocks("text");
  await mkdir(join(folder, "fixtures"), { recursive: true });
  await mkdir(join(folder, "node_modules/@gluttony"), { recursive: true });
  await symlink(join(root, "packages/sdk"), join(folder, "node_modules/@gluttony/sdk"));
  const json = { name: "@acme/patients", version: "1.0.0", type: "module", exports: "./index.js" };
  const scripts = { test: "node test.js" };
  await writeFile(
    join(folder, "package.json"),
    JSON.stringify({ ...json, scripts, ...JSON.parse(manifest) }),
  );
  await writeFile(join(folder, "index.js"), handler);
  const expectation = 'if (run.ending.failed !== "transient") throw new Error("not transient");';
  await writeFile(
    join(folder, "test.js"),
    `import { onPatient } from "./index.js";\n${tested}\n${expectation}\n`,
  );
  const sample = { config: { url: "https://index.example:8443/add" } };
  await writeFile(join(folder, "fixtures/onPatient.json"), JSON.stringify(sample));
  await writeFile(join(folder, "recorded.jsonl"), line);
  await mkdir(join(place, "bin"));
  await writeFile(join(place, "bin/gluttony"), `#!/bin/sh\nexec ${process.execPath} ${programPath} "$@"\n`);
  await chmod(join(place, "bin/gluttony"), 0o755);
  creator = await packPlugin(join(root, "packages/create-handler"), place);
  if (stack().postgresUnavailable === "") {
    database = await makeDatabase("guide");
    await (await openMigrated(database.url)).close();
    await database.execute(
      "create schema his; create table his.patient (id bigint primary key, hospital text not null)",
    );
  }
});

/** The topic that the guide names, with one change in it. */
beforeAll(async () => {
  if (stack().unavailable !== "") return;
  tools = await kafkaTools(stack().kafka);
  await tools.admin.createTopics({ topics: [{ topic: guideTopic, numPartitions: 1 }], waitForLeaders: true });
  await tools.send(guideTopic, [changeOf({ id: 7 })]);
});

afterAll(async () => {
  await tools?.admin.deleteTopics({ topics: [guideTopic] });
  await tools?.[Symbol.asyncDispose]();
  await database?.[Symbol.asyncDispose]();
  await removeReadOnly(place);
});

describe.skipIf(isMissing)("docs/guide/write-a-handler.md", () => {
  test("has commands to run", () => {
    expect(commands.length).toBeGreaterThan(7);
  });

  test.each(commands)("%s", async (line) => {
    const { code, stdout, stderr } = await typed(runnable(line), folder);

    expect(stderr, stdout).not.toMatch(/✕|npm error/);
    expect(code).toBe(0);
  });
});

/** The line with what a test must stand in for: the registry, the settings of a host, and Ctrl-C. */
function runnable(line: string): string {
  const path = `export PATH=${join(place, "bin")}:$PATH`;
  if (line.startsWith("npm create @gluttony/handler patients -- ")) {
    const options = line.slice("npm create @gluttony/handler patients -- ".length);
    const create = `npm exec --offline --yes --package=file:${creator} -- create-handler new-patients ${options} --no-install`;
    return `${path}; ${create}`;
  }
  if (line.startsWith("gluttony plugin install")) {
    const host = `DATABASE_URL=${database.url} GLUTTONY_DATA_DIR=${join(place, "data")}`;
    return `${path}; ${host} ${line}`;
  }
  if (line.startsWith("gluttony types")) return `${path}; HIS_DATABASE=${database.url} ${line}`;
  if (line.startsWith("gluttony handler dev")) {
    const brokers = line.includes("--topic") ? `export KAFKA_HOST=${stack().kafka};` : "";
    if (line.includes("--once")) return `${path}; ${brokers} ${line}`;
    const awaited = line.includes("--topic") ? "runs after" : "replayed";
    // What the command before it said must not be taken for its own.
    const watched = `rm -f dev.txt; ${line} > dev.txt & dev=$!`;
    return `${path}; ${brokers} ${watched}; for _ in $(seq 300); do grep -q '${awaited}' dev.txt && break; sleep 0.2; done; grep '${awaited}' dev.txt && kill -INT $dev; wait $dev`;
  }
  return `${path}; ${line}`;
}

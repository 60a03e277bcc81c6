import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { authorFolder, authorSource } from "../support/author-folder.ts";
import { runCommand, until } from "../support/host.ts";
import { watchedDev } from "../support/watched-dev.ts";

const limitMs = 50_000;
const logging = authorSource.replace(
  "const { url, limit }",
  'context.log.info("in", { pid: process.pid }); const { url, limit }',
);

test("a change of the source is built, runs in a new cell, and the records are replayed on it", async () => {
  await using author = await authorFolder();
  await author.write("src/index.ts", logging);
  await using dev = watchedDev(author.root);

  const first = await until(() => dev.news("replayed").length === 1, limitMs);
  await author.write("src/index.ts", logging.replace('"acme.deleted"', '"acme.gone"'));
  const second = await until(() => dev.news("replayed").length === 2, limitMs);
  await author.write("src/index.ts", "const = 1;");
  const failed = await until(() => dev.news("failed").length === 1, limitMs);
  await author.write("src/index.ts", logging.replace('"acme.deleted"', '"acme.away"'));
  const third = await until(() => dev.news("replayed").length === 3, limitMs);
  const code = await dev.stop();

  const ended = dev.news("ended");
  const pids = ended.flatMap(({ log }) => /"pid":\d+/.exec(String(log)) ?? []).map(String);
  expect([first, second, failed, third]).toEqual([true, true, true, true]);
  expect(ended.map(({ ending }) => ending).filter((ending) => ending !== "done")).toEqual([
    "filtered acme.deleted",
    "filtered acme.gone",
    "filtered acme.away",
  ]);
  expect(new Set(dev.news("built").map(({ build }) => build)).size).toBe(3);
  expect(pids).toHaveLength(12);
  expect(dev.news("failed")[0]).toMatchObject({ code: "handler.build_failed" });
  expect(code).toBe(0);
  expect(existsSync(join(author.root, ".gluttony/dev"))).toBe(false);
}, 240_000);

test("inline it runs in the command's own process, once, and ends", async () => {
  await using author = await authorFolder();
  await author.write("fixtures/onPatient.json", "{}");
  const env = { PATH: process.env["PATH"] ?? "" };
  const run = (...more: readonly string[]) =>
    runCommand(["handler", "dev", author.root, "--once", "--inline", "-o", "json", ...more], env);

  const refused = await run();
  await author.write("good.json", JSON.stringify({ config: { url: "http://target.test/add" } }));
  const good = await run("--config", join(author.root, "good.json"));
  const stranger = await run("--handler", "onVisit");

  expect(refused).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("configuration.handler.url: This key is missing."),
  });
  expect(good).toMatchObject({ code: 0, stdout: expect.stringContaining('"isInline":true') });
  expect(stranger).toMatchObject({ code: 2, stderr: expect.stringContaining("handler.not_found") });
}, 120_000);

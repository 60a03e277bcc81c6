import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { HandlerError, isHandler } from "../src/index.ts";
import { changesOf, runHandler, StepMemory } from "../src/testing/index.ts";

const change = changesOf({ table: "patient", keyColumns: ["id"] }).insert({ id: 1n });
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gluttony-sdk-copy-"));
  await cp(join(import.meta.dirname, "..", "src"), folder, { recursive: true });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function otherCopy(): Promise<typeof import("../src/index.ts")> {
  return import(pathToFileURL(join(folder, "index.ts")).href);
}

test("a handler of another copy is known as one, and its errors by their kind", async () => {
  const other = await otherCopy();
  const handler = other.defineHandler({
    name: "other",
    handle: () => Promise.reject(new other.HandlerError("auth", "Refused.", { code: "acme.refused" })),
  });

  const { ending } = await runHandler(handler, change);

  expect(other.HandlerError).not.toBe(HandlerError);
  expect(isHandler(handler)).toBe(true);
  expect(ending).toMatchObject({ failed: "auth", code: "acme.refused" });
});

test("a step that failed for another copy's reason is known not to be done", async () => {
  const other = await otherCopy();
  const steps = new StepMemory();
  const handler = other.defineHandler({
    name: "stepping",
    handle: async (_change, context) => {
      await context.once("post", () => Promise.reject(new other.HandlerError("record", "No.")));
      return undefined;
    },
  });

  await runHandler(handler, change, { steps });

  expect(steps.stateOf("test-key", "post")).toBeUndefined();
});

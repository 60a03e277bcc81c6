import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { identityOf, isAlive } from "../../src/local-stack/process-identity.ts";
import { SpawnedProcess, endLeftover } from "../../src/local-stack/spawned.ts";

let folder: string;
const strangers: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gluttony-spawned-"));
});
afterEach(() => {
  for (const stranger of strangers.splice(0)) stranger.kill("SIGKILL");
  rmSync(folder, { recursive: true });
});

const sleeper = { name: "sleeper", program: "sleep", args: ["60"], cwd: "/", stopSignal: "SIGTERM" } as const;

function startStranger(): { pid: number; startedAt: string } {
  const stranger = spawn("sleep", ["60"], { stdio: "ignore", detached: true });
  strangers.push(stranger);
  const identity = identityOf(stranger.pid ?? 0);
  if (identity === undefined) throw new Error("The stranger did not start.");
  return identity;
}

const DEAD = { pid: 4_194_303, startedAt: "1" };

function leaveRecord(owner: object, child: object): void {
  writeFileSync(join(folder, "process.json"), JSON.stringify({ name: "sleeper", owner, child }));
}

test("is on record while it runs, and no longer", async () => {
  const started = await SpawnedProcess.start(sleeper, folder);
  const wasOnRecord = existsSync(join(folder, "process.json"));

  await started.stop();

  expect([wasOnRecord, existsSync(join(folder, "process.json")), started.hasEnded]).toEqual([
    true,
    false,
    true,
  ]);
});

test("one that ignores the request to end is ended", async () => {
  const stubborn = {
    ...sleeper,
    program: "sh",
    args: ["-c", "trap '' TERM; echo ready; while :; do sleep 0.05; done"],
  };
  const started = await SpawnedProcess.start(stubborn, folder);
  await expect.poll(() => started.tail(1)).toEqual(["ready"]);

  await started.stop(100);

  expect(started.hasEnded).toBe(true);
});

test("the next run ends what a killed run left", async () => {
  const left = startStranger();
  leaveRecord(DEAD, left);

  await endLeftover(folder);

  await expect.poll(() => isAlive(left)).toBe(false);
  expect(existsSync(join(folder, "process.json"))).toBe(false);
});

test("a process that only has the same number is left alone", async () => {
  const stranger = startStranger();
  leaveRecord(DEAD, { ...stranger, startedAt: "1" });

  await endLeftover(folder);

  expect(isAlive(stranger)).toBe(true);
});

test("a folder whose owner lives is refused", async () => {
  const started = await SpawnedProcess.start(sleeper, folder);

  const second = SpawnedProcess.start(sleeper, folder);

  await expect(second).rejects.toMatchObject({ code: "environment.folder_in_use" });
  await started.stop();
});

test.for(["", "{", '{"owner":{"pid":1,"startedAt":"1"},"child":{"pid":-1,"startedAt":"1"}}'])(
  "a damaged record signals nobody: %s",
  async (text) => {
    writeFileSync(join(folder, "process.json"), text);

    await expect(endLeftover(folder)).resolves.toBeUndefined();
  },
);

test("a program that does not exist is a fault of ours with its name", async () => {
  const missing = { ...sleeper, program: "/nonexistent/program", args: [] };

  const started = await SpawnedProcess.start(missing, folder).catch((error: unknown) => error);

  if (started instanceof SpawnedProcess)
    await started.ended; // Under setpriv it starts and ends at once.
  else expect(started).toMatchObject({ code: "environment.process_failed" });
});

import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { acknowledgementOf, deliverPatient, proveMainJob } from "../../src/demo/prove-main-job.ts";
import { EMPI_ADD_PATH, empiStub } from "../../src/local-stack/stub-kinds.ts";
import { type StubTarget, startStubTarget } from "../../src/local-stack/stub-target.ts";

let empi: StubTarget;
beforeEach(async () => {
  empi = await startStubTarget({ kind: empiStub });
});
afterEach(() => empi.stop());

const never = new AbortController().signal;

function send(localId: string): Promise<Response> {
  const body = JSON.stringify({ patient: { localId } });
  return fetch(empi.url + EMPI_ADD_PATH, { method: "POST", body });
}

function placeOf(insertPatient: () => Promise<string>) {
  return { empi, insertPatient, logFile: "host.log" };
}

test("measures from the commit to the target's answer", async () => {
  const insertPatient = async (): Promise<string> => {
    void sleep(30).then(() => send("P1"));
    return "P1";
  };

  const delivery = await deliverPatient(placeOf(insertPatient), never);

  expect(delivery).toMatchObject({ patientId: "P1", status: 200 });
  expect(delivery.commitToAckMs).toBeGreaterThan(15);
});

test("an answer that came before the change is not its acknowledgement", async () => {
  await send("P1");

  const waiting = deliverPatient(
    placeOf(async () => "P1"),
    AbortSignal.timeout(60),
  );

  await expect(waiting).rejects.toThrow();
});

test("a failed attempt does not count, the good one after it does", async () => {
  await empi.setMode({ mode: "unavailable" });
  await send("P1");
  await empi.setMode({ mode: "ok" });
  await send("P1");

  expect(acknowledgementOf(empi.journal(), "P1")).toMatchObject({ number: 2, status: 200 });
  expect(acknowledgementOf(empi.journal(), "P2")).toBeUndefined();
});

test("repeats one change at a time and gives the spread", async () => {
  let count = 0;
  const insertPatient = async (): Promise<string> => {
    count += 1;
    const id = `P${count}`;
    void send(id);
    return id;
  };

  const proof = await proveMainJob(placeOf(insertPatient), 4, never);

  expect(proof).toMatchObject({ patientId: "P1", n: 5 });
  expect(proof.p95Ms).toBeGreaterThanOrEqual(proof.medianMs);
  expect(empi.journal().map(({ subject }) => subject)).toEqual(["P1", "P2", "P3", "P4", "P5"]);
});

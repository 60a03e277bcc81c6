import { afterEach, beforeEach, expect, test } from "vitest";
import { EMPI_ADD_PATH, empiStub } from "../../src/local-stack/stub-kinds.ts";
import { type StubTarget, startStubTarget } from "../../src/local-stack/stub-target.ts";

let stub: StubTarget;
beforeEach(async () => {
  stub = await startStubTarget({ kind: empiStub });
});
afterEach(() => stub.stop());

const ask = (localId: string, signal?: AbortSignal): Promise<Response> =>
  fetch(stub.url + EMPI_ADD_PATH, {
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": `key-${localId}` },
    body: JSON.stringify({ eventTime: "t1", patient: { localId } }),
    ...(signal === undefined ? {} : { signal }),
  });

test("answers a patient with the same enterprise id every time, and remembers the request", async () => {
  const first = await (await ask("P1")).json();
  const second = await (await ask("P1")).json();

  expect(first).toMatchObject({ code: 0, data: { empiId: expect.stringMatching(/^E\d{10}$/) } });
  expect(second).toEqual(first);
  expect(stub.journal(1)).toMatchObject([
    {
      number: 2,
      path: EMPI_ADD_PATH,
      idempotencyKey: "key-P1",
      subject: "P1",
      version: "t1",
      status: 200,
      code: 0,
    },
  ]);
});

test("is unavailable, throttled, or wrong in business when told so, and well again afterwards", async () => {
  await stub.setMode({ mode: "unavailable" });
  const unavailable = await ask("P1");
  await stub.setMode({ mode: "throttled", retryAfterSeconds: 7 });
  const throttled = await ask("P1");
  await stub.setMode({ mode: "businessError", code: 500, message: "姓名不能为空" });
  const business = await ask("P1");
  await stub.setMode({ mode: "ok" });
  const well = await ask("P1");

  expect([unavailable.status, throttled.status, throttled.headers.get("retry-after")]).toEqual([
    503,
    429,
    "7",
  ]);
  expect([business.status, await business.json()]).toEqual([200, { code: 500, msg: "姓名不能为空" }]);
  expect(well.status).toBe(200);
});

test("refuses connections, and listens again on the same port", async () => {
  await stub.setMode({ mode: "refuse" });
  const refused = ask("P1");
  await expect(refused).rejects.toThrow("fetch failed");

  await stub.setMode({ mode: "ok" });
  expect((await ask("P1")).status).toBe(200);
});

test("hangs: it takes the request and never answers", async () => {
  await stub.setMode({ mode: "hang" });

  const hanging = ask("P1", AbortSignal.timeout(100));

  await expect(hanging).rejects.toThrow();
  expect(stub.journal()).toMatchObject([{ subject: "P1", status: 0, finishedAtMs: undefined }]);
});

test("always refuses the subjects it was told to refuse, others not", async () => {
  await fetch(`${stub.controlUrl}/__rejects`, { method: "PUT", body: JSON.stringify({ subjects: ["P2"] }) });

  const [good, bad] = await Promise.all([ask("P1"), ask("P2")]);

  expect([await good.json(), await bad.json()]).toMatchObject([{ code: 0 }, { code: 422 }]);
});

test("is steered and asked over HTTP, also while it refuses", async () => {
  const put = (body: unknown): Promise<Response> =>
    fetch(`${stub.controlUrl}/__mode`, { method: "PUT", body: JSON.stringify(body) });
  await ask("P1");

  const refused = await put({ mode: "refuse" });
  const wrong = await put({ mode: "wild" });
  const page = await (await fetch(`${stub.controlUrl}/__journal?after=0`)).json();

  expect([refused.status, wrong.status, stub.mode]).toEqual([200, 400, { mode: "refuse" }]);
  expect(page).toMatchObject({ dropped: 0, next: 1, entries: [{ subject: "P1" }] });
});

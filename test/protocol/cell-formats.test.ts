import type { AttemptRequest, CellDecoding } from "@gluttony/core";
import { expect, test } from "vitest";
import { avroPatient, patientSchemas } from "../../packages/sdk/test/support/avro-patients.ts";
import { insertOf, testHost } from "../support/cells.ts";

function avroInsertOf(offset: number, what: string, decoding?: CellDecoding): AttemptRequest {
  const request = insertOf("nothing", decoding === undefined ? {} : { decoding });
  return {
    ...request,
    record: avroPatient(offset, { id: offset, do: what }),
    schemas: patientSchemas.slice(0, 2),
  };
}

test("a handler in a real cell gets changes in Avro beside those in JSON, from the first record on", async () => {
  await using host = testHost();
  const { cell } = await host.acquire("well-behaved");

  const results = await Promise.all([
    cell.attempt(avroInsertOf(1, "filter")),
    cell.attempt(insertOf("filter")),
    cell.attempt(avroInsertOf(2, "nothing")),
    cell.attempt(avroInsertOf(3, "reject")),
  ]);

  expect(results).toMatchObject([
    { kind: "filtered", rule: "not-wanted" },
    { kind: "filtered", rule: "not-wanted" },
    { kind: "done" },
    { kind: "failed", failure: { code: "fixture.rejected" } },
  ]);
});

test("another process of the cell hears of the schemas again", async () => {
  await using host = testHost();
  const { cell } = await host.acquire("well-behaved");

  const before = await cell.attempt(avroInsertOf(1, "filter"));
  cell.recycle();
  const after = await cell.attempt(avroInsertOf(2, "filter"));

  expect([before, after]).toMatchObject([{ kind: "filtered" }, { kind: "filtered" }]);
});

test("what only the cell can read it filters, and it refuses what the consumer does not read", async () => {
  await using host = testHost();
  const { cell } = await host.acquire("well-behaved");
  const filtered = await cell.attempt(avroInsertOf(1, "filter", { format: "auto", operations: ["delete"] }));
  const refused = await cell.attempt(avroInsertOf(2, "filter", { format: "json", operations: [] }));
  const pinned = await cell.attempt(insertOf("filter", { decoding: { format: "avro", operations: [] } }));

  expect(filtered).toEqual({ kind: "filtered", rule: "operation.insert" });
  expect([refused, pinned]).toMatchObject([
    { failure: { kind: "record", code: "record.format_unexpected" } },
    { failure: { kind: "record", code: "record.format_unexpected" } },
  ]);
});

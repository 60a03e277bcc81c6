// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { changesOf, runChanges } from "@gluttony/sdk/testing";
import { onChange } from "../src/index.js";

const patients = changesOf({ table: "patient", keyColumns: ["id"] });

test("every change is told with its table and operation, and none of its values", async () => {
  const row = { id: 1n, name: "Kanarienvogel" };
  const changes = [
    patients.insert(row),
    patients.update(row),
    ...patients.keyChange(row, { ...row, id: 2n }),
  ];

  const { endings, sums } = await runChanges(onChange, changes, { config: { greeting: "Good morning" } });

  assert.deepEqual([sums.done, sums.filtered], [4, 1]);
  const [line] = endings[0]?.attempts[0]?.log ?? [];
  assert.equal(line?.message, "saw a change");
  assert.equal(line?.facts["greeting"], "Good morning");
  assert.equal(line?.facts["table"], "patient");
  assert.doesNotMatch(JSON.stringify(endings.map(({ attempts }) => attempts)), /Kanarienvogel/);
});

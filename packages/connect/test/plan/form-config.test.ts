import { describe, expect, test } from "vitest";
import { MASK, maskConfig } from "../../src/mask.ts";
import { type FormConfig, mergeForm } from "../../src/plan/form-config.ts";

const running = {
  name: "c",
  "database.password": "s3cr3t",
  "database.hostname": "his",
  "x.address": "http://dbz:pw@his/x",
};
const faultAt = (path: string) => [expect.objectContaining({ code: "connect.secret_masked", path })];

describe("a secret", () => {
  test.each<[string, FormConfig, string | undefined]>([
    ["that is left out stays", {}, "s3cr3t"],
    ["that is shown back stays", { "database.password": MASK }, "s3cr3t"],
    ["that an older page showed back stays", { "database.password": "******" }, "s3cr3t"],
    ["that is written is new", { "database.password": "n3w" }, "n3w"],
    [
      "that is a reference is kept as one",
      { "database.password": "${file:/run/secrets/a:b}" },
      "${file:/run/secrets/a:b}",
    ],
    ["that is null goes", { "database.password": null }, undefined],
  ])("%s", (_what, form, password) => {
    const { config, faults } = mergeForm(form, running);

    expect(config["database.password"]).toBe(password);
    expect(faults).toEqual([]);
  });

  test("that is a mask and nothing is stored is refused: it would become the password", () => {
    expect(mergeForm({ "database.password": MASK }, null)).toEqual({
      config: {},
      faults: faultAt("config.database.password"),
    });
  });
});

test("a whole form that was shown and is saved untouched means what runs", () => {
  expect(mergeForm(maskConfig(running), running)).toEqual({ config: running, faults: [] });
});

test("a masked part of another value is no value", () => {
  const { config, faults } = mergeForm({ "x.address": `http://${MASK}@other/x` }, running);

  expect(config["x.address"]).toBeUndefined();
  expect(faults).toEqual(faultAt("config.x.address"));
});

test("numbers and truths are texts, null takes an option away, and what is left out goes", () => {
  expect(
    mergeForm({ "tasks.max": 1, "slot.failover": false, "database.hostname": null }, running).config,
  ).toEqual({
    "database.password": "s3cr3t",
    "tasks.max": "1",
    "slot.failover": "false",
  });
});

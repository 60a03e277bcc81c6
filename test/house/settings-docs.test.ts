import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { runtimeSettingNames, runtimeSettings } from "@gluttony/model";
import { expect, test } from "vitest";

test("the guide names every setting that people may change, with its default, and none besides", () => {
  const page = readFileSync(resolve(import.meta.dirname, "../../docs/guide/settings.md"), "utf8");

  const written = [...page.matchAll(/^\| `([a-z]+\.[A-Za-z]+)` +\|[^|]*\| ([0-9]+) +\|$/gim)];

  const told = written.map(([, name, standard]) => [name, Number(standard)]);
  expect(Object.fromEntries(told)).toEqual(
    Object.fromEntries(runtimeSettingNames.map((name) => [name, runtimeSettings[name].default])),
  );
  expect(told).toHaveLength(runtimeSettingNames.length);
});

import { readFileSync } from "node:fs";
import { openApiDocument } from "@gluttony/admin";
import { expect, test } from "vitest";

test("docs/openapi.json is the admin API as it is: node scripts/write-openapi.mjs", {
  timeout: 60_000,
}, async () => {
  const written: unknown = JSON.parse(readFileSync("docs/openapi.json", "utf8"));
  const { version } = JSON.parse(readFileSync("packages/admin/package.json", "utf8"));

  const document = await openApiDocument(version);

  expect(written).toEqual(JSON.parse(JSON.stringify(document)));
});

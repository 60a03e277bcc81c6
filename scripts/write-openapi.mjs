// Writes docs/openapi.json, the description of the admin API; a house test compares.
import { readFileSync, writeFileSync } from "node:fs";
import { openApiDocument } from "../packages/admin/dist/index.js";

const { version } = JSON.parse(
  readFileSync(new URL("../packages/admin/package.json", import.meta.url), "utf8"),
);
const document = await openApiDocument(version);
writeFileSync(new URL("../docs/openapi.json", import.meta.url), `${JSON.stringify(document, null, 2)}\n`);

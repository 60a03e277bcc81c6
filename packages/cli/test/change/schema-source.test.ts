import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GluttonyError } from "@gluttony/model";
import { compileDecoding } from "@gluttony/sdk/codecs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { avroPatient, patientSchemas } from "../../../sdk/test/support/avro-patients.ts";
import { describeWith } from "../../src/change/describe-record.ts";
import { schemaSourceOf } from "../../src/change/schema-source.ts";

let folder: string;
const decoding = compileDecoding({});
const environment = { env: {}, readFile: () => "" };

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gluttony-schemas-"));
  for (const { ref, text } of patientSchemas) writeFileSync(join(folder, `${ref.slice(3)}.avsc`), text);
  writeFileSync(
    join(folder, "20.proto"),
    'syntax = "proto3"; import "20-part.proto"; import "../outside.proto";',
  );
  writeFileSync(join(folder, "20-part.proto"), 'syntax = "proto3"; import "20.proto"; message Part {}');
  writeFileSync(join(folder, "21.json"), "{}");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("a record in Avro is described with the schemas of a folder, and says how it was written", async () => {
  const source = schemaSourceOf({ schemas: folder }, environment);

  expect(await describeWith(avroPatient(1, { id: 7 }), { source, decoding })).toMatchObject({
    family: "change",
    codec: "debezium-avro",
    writerSchema: "id/1",
    framing: "confluent",
    op: "c",
    key: { id: 7 },
    after: { id: 7, do: "nothing" },
  });
});

test("of a tombstone in Avro the key is described", async () => {
  const source = schemaSourceOf({ schemas: folder }, environment);
  const tombstone = { ...avroPatient(1, { id: 7 }), value: null };

  expect(await describeWith(tombstone, { source, decoding })).toMatchObject({
    family: "tombstone",
    keyCodec: "avro",
    key: { id: 7 },
  });
});

test("a folder's Protobuf and JSON Schema files are found by their id, imports within the folder with them", async () => {
  const source = schemaSourceOf({ schemas: folder }, environment);

  expect(await source.find("id/20")).toMatchObject({
    schema: { language: "protobuf", references: [{ name: "20-part.proto" }, { name: "20.proto" }] },
  });
  expect(await source.find("global/21")).toMatchObject({ schema: { language: "json-schema" } });
  expect(await source.find("id/22")).toMatchObject({ failure: { code: "record.schema_unknown" } });
  expect(await source.find("id/../../etc/passwd")).toMatchObject({
    failure: { code: "record.schema_unknown" },
  });
});

test("without either a record that names a schema says what to give", async () => {
  const source = schemaSourceOf({}, environment);

  const described = await describeWith(avroPatient(1, { id: 7 }), { source, decoding });

  expect(described).toMatchObject({ failure: { code: "registry.not_configured" } });
});

test.each([
  [{ registry: "http://r", schemas: "x" }, {}],
  [{ registry: "registry:8081" }, {}],
  [{ registry: "http://user:secret@r" }, {}],
  [{ registry: "http://r" }, { GLUTTONY_SCHEMA_REGISTRY_LOGIN: "nobody" }],
])("%j is refused before anything is read", (wish, env) => {
  expect(() => schemaSourceOf(wish, { env, readFile: () => "" })).toThrow(GluttonyError);
});

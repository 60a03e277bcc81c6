import { expect, test } from "vitest";
import { debeziumJson } from "../../src/codecs/index.ts";
import { envelopeText, envelopeWithSchema, recordOf } from "../support/records.ts";

const fields =
  '{"type":"int64","optional":false,"field":"id"},{"type":"string","optional":false,"field":"mrn"},' +
  '{"type":"boolean","optional":false,"default":false,"field":"deceased"},' +
  '{"type":"string","optional":true,"default":"none","field":"address"},{"type":"int32","optional":true,"field":"age"}';

function beforeOf(key: string | null, before: string, isTyped: boolean): unknown {
  const envelope = envelopeText("d", before, "null");
  const decoded = debeziumJson.decode(
    recordOf(key, isTyped ? envelopeWithSchema(fields, envelope) : envelope),
  );
  return "before" in decoded ? decoded.before : decoded;
}

test.each([true, false])("invented values beside the key are dropped (schema: %s)", (isTyped) => {
  const before = '{"id":3,"mrn":"","deceased":false,"address":null,"age":null}';

  expect(beforeOf('{"id":3}', before, isTyped)).toEqual({ id: isTyped ? 3n : 3 });
});

test("a value in a column that may be null proves the whole row, with its nulls and zeros", () => {
  const before = '{"id":3,"mrn":"","deceased":false,"address":null,"age":44}';

  expect(beforeOf('{"id":3}', before, true)).toEqual({
    id: 3n,
    mrn: "",
    deceased: false,
    address: null,
    age: 44,
  });
});

test("a default that the converter wrote in place of a null proves nothing", () => {
  const before = '{"id":3,"mrn":"","deceased":false,"address":"none","age":null}';

  expect(beforeOf('{"id":3}', before, true)).toEqual({ id: 3n });
});

test("the columns of an index identity are kept, and the invented primary key is not", () => {
  const before = '{"id":0,"mrn":"M-1","deceased":false,"address":null,"age":null}';

  expect(beforeOf('{"id":0}', before, true)).toEqual({ mrn: "M-1" });
});

test("the row's true key survives a record key that was invented", () => {
  expect(
    beforeOf('{"patient_id":0,"test_code":""}', '{"id":3,"patient_id":0,"test_code":"","val":null}', false),
  ).toEqual({ id: 3 });
});

test("without a schema a value that nobody would invent proves the whole row", () => {
  const before = '{"id":3,"mrn":"M-1","age":null}';

  expect(beforeOf('{"id":3}', before, false)).toEqual({ id: 3, mrn: "M-1", age: null });
});

test("a table without a key logs whole rows", () => {
  expect(beforeOf(null, '{"id":0,"mrn":"","age":null}', false)).toEqual({ id: 0, mrn: "", age: null });
});

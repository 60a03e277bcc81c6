import type { CompiledSchema } from "../framed/compiled-schema.ts";
import { knownOf, plainSchema } from "../framed/compiled-schema.ts";
import { BinaryMisfit, SchemaUnreadable } from "../framed/writer-schema.ts";
import type { WriterSchema } from "../framed/writer-schema.ts";
import { isJsonObject } from "../json-value.ts";
import { parseJson } from "../lossless-json.ts";
import { connectSchemaOfJsonSchema } from "./connect-schema-of-json-schema.ts";

/** Makes a JSON Schema ready; the data behind its id is JSON. Throws `SchemaUnreadable`. */
export function compileJsonSchema({ text }: WriterSchema): CompiledSchema {
  const parsed = parseJson(text);
  if (!("value" in parsed)) throw new SchemaUnreadable("The JSON Schema is no JSON.");
  const { value } = parsed;
  const schema = knownOf(isJsonObject(value) ? connectSchemaOfJsonSchema(value) : plainSchema(""));
  return {
    read(bytes, { bodyAt }, mode) {
      const data = parseJson(bytes.subarray(bodyAt), mode);
      if ("fault" in data) throw new BinaryMisfit("The data could not be parsed as JSON.", data.fault);
      return { payload: data.value, schema };
    },
  };
}

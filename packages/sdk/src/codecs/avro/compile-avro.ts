import type { CompiledSchema } from "../framed/compiled-schema.ts";
import { knownOf } from "../framed/compiled-schema.ts";
import type { WriterSchema } from "../framed/writer-schema.ts";
import { planOf } from "./avro-plan.ts";
import { connectSchemaOf } from "./connect-schema-of-avro.ts";
import { parseAvroSchema } from "./parse-avro-schema.ts";
import { readAvro } from "./read-avro.ts";

/** Makes an Avro schema ready. Throws `SchemaUnreadable`. */
export function compileAvro({ text, references }: WriterSchema): CompiledSchema {
  const type = parseAvroSchema(text, references);
  const plan = planOf(type);
  const schema = knownOf(connectSchemaOf(type));
  return { read: (bytes, { bodyAt }) => ({ payload: readAvro(plan, bytes, bodyAt), schema }) };
}

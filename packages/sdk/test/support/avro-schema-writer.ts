import type { AvroType } from "../../src/codecs/avro/avro-type.ts";
import { AvroBytes } from "./avro-bytes.ts";

/**
 * Writes a value in Avro's binary encoding by its schema. Values have the form that Avro's encoding as JSON gives them, so that
 * a union's branch is tagged; bytes are base64 and longs may be `bigint`.
 */
export function avroData(type: AvroType, value: unknown): Uint8Array {
  const out = new AvroBytes();
  writeValue(out, type, value);
  return out.bytes();
}

function writeValue(out: AvroBytes, type: AvroType, value: unknown): void {
  switch (type.kind) {
    case "null":
      return;
    case "boolean":
      return out.boolean(value === true);
    case "int":
    case "long":
      return out.long(BigInt(value as number));
    case "float":
      return out.float(Number(value));
    case "double":
      return out.double(Number(value));
    case "bytes":
      return out.data(Buffer.from(String(value), "base64"));
    case "fixed":
      return out.raw(Buffer.from(String(value), "base64"));
    case "string":
      return out.text(String(value));
    case "enum":
      return out.long(BigInt(type.symbols.indexOf(String(value))));
    case "array":
      return out.block(value as readonly unknown[], (item) => writeValue(out, type.items, item));
    case "map":
      return out.block(Object.entries(value as object), ([name, member]) => {
        out.text(name);
        writeValue(out, type.values, member);
      });
    case "union":
      return writeUnion(out, type.branches, value);
    case "record":
      for (const field of type.fields)
        writeValue(out, field.type, (value as { readonly [name: string]: unknown })[field.name]);
  }
}

function writeUnion(out: AvroBytes, branches: readonly AvroType[], value: unknown): void {
  const [tag, inner] =
    value === null ? ["null", null] : (Object.entries(value as object)[0] ?? ["null", null]);
  const index = branches.findIndex((branch) => ("name" in branch ? branch.name : branch.kind) === tag);
  if (index < 0) throw new Error(`no branch ${tag}`);
  out.long(BigInt(index));
  writeValue(out, branches[index]!, inner);
}

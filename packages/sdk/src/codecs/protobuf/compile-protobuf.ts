import { BinaryInput } from "../framed/binary-input.ts";
import type { CompiledSchema } from "../framed/compiled-schema.ts";
import { knownOf } from "../framed/compiled-schema.ts";
import { zigzagVarint } from "../framed/varint.ts";
import { BinaryMisfit } from "../framed/writer-schema.ts";
import type { WriterSchema } from "../framed/writer-schema.ts";
import type { KnownSchema } from "../payload-cache.ts";
import { knownTypes } from "./known-types.ts";
import { parseProto } from "./parse-proto.ts";
import type { ProtoEnum, ProtoFile, ProtoMessage } from "./proto-file.ts";
import { type ProtoPlan, ProtoPlanner } from "./proto-plan.ts";
import { readProtobuf } from "./read-protobuf.ts";

/** How deep a message may stand in others, as a list of indexes says. */
const indexesMax = 64;

/** One message made ready. */
interface Ready {
  readonly plan: ProtoPlan;
  readonly schema: KnownSchema;
}

/** Makes the messages of a `.proto` file ready, each when it is first met. Throws `SchemaUnreadable`. */
export function compileProtobuf({ text, references }: WriterSchema): CompiledSchema {
  const file = parseProto(text);
  const types = new Map<string, ProtoMessage | ProtoEnum>(knownTypes);
  for (const reference of references)
    for (const [name, type] of parseProto(reference.text).types) types.set(name, type);
  for (const [name, type] of file.types) types.set(name, type);
  const planner = new ProtoPlanner(types);
  const made = new Map<ProtoMessage, Ready>();
  const readyOf = (message: ProtoMessage): Ready => {
    const known = made.get(message);
    if (known !== undefined) return known;
    const ready = { plan: planner.plan(message), schema: knownOf(planner.connectSchema(message)) };
    made.set(message, ready);
    return ready;
  };
  return {
    read(bytes, { bodyAt, indexes }) {
      const named = indexes === null ? indexesIn(bytes, bodyAt) : indexesIn(indexes, 0);
      const { plan, schema } = readyOf(messageAt(file, named.indexes));
      const from = indexes === null ? named.end : bodyAt;
      return { payload: readProtobuf(plan, bytes, from), schema };
    },
  };
}

/** Which message of the file it is: its place among the outermost ones, then among those within. None means the first. */
function indexesIn(
  bytes: Uint8Array,
  from: number,
): { readonly indexes: readonly number[]; readonly end: number } {
  const input = new BinaryInput(bytes, from);
  if (input.left === 0) return { indexes: [0], end: from };
  const count = zigzagVarint(input);
  if (typeof count !== "number" || count < 0 || count > indexesMax)
    throw new BinaryMisfit("The list of message indexes cannot be right.");
  const indexes = count === 0 ? [0] : Array.from({ length: count }, () => Number(zigzagVarint(input)));
  return { indexes, end: input.at };
}

function messageAt(file: ProtoFile, indexes: readonly number[]): ProtoMessage {
  let { messages }: { readonly messages: readonly ProtoMessage[] } = file;
  let found: ProtoMessage | undefined;
  for (const index of indexes) {
    found = messages[index];
    messages = found?.messages ?? [];
  }
  if (found === undefined)
    throw new BinaryMisfit("The schema has no message at the index that the data names.");
  return found;
}

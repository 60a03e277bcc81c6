import { SchemaUnreadable } from "../framed/writer-schema.ts";
import type { ProtoTokens } from "./proto-tokens.ts";

/** A value of an option: a text, or what stands in brackets. */
type OptionValue = string | readonly OptionValue[] | ReadonlyMap<string, OptionValue>;

/** How deep values of options may nest. */
const depthMax = 32;

/** Reads `[name = value, …]` behind a field, and answers what `confluent.field_meta` says in its `params`. */
export function parseFieldOptions(tokens: ProtoTokens): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  if (!tokens.skip("[")) return parameters;
  while (!tokens.skip("]")) {
    const name = optionName(tokens);
    tokens.expect("=");
    const value = valueOf(tokens, 0);
    if (name === "confluent.field_meta") collect(value, parameters);
    else if (name === "confluent.field_meta.params") collect(new Map([["params", value]]), parameters);
    tokens.skip(",");
  }
  return parameters;
}

/** Reads `option name = value;` and forgets it. */
export function skipOption(tokens: ProtoTokens): void {
  optionName(tokens);
  tokens.expect("=");
  valueOf(tokens, 0);
  tokens.expect(";");
}

/** `(package.option).field` without its brackets and a leading dot. */
function optionName(tokens: ProtoTokens): string {
  const parts: string[] = [];
  do {
    const isBracketed = tokens.skip("(");
    parts.push(tokens.word());
    if (isBracketed) tokens.expect(")");
  } while (tokens.next.kind === "word" || tokens.next.text === "(");
  return parts.map((part) => part.replace(/^\./, "")).join(".");
}

function valueOf(tokens: ProtoTokens, depth: number): OptionValue {
  if (depth > depthMax) throw new SchemaUnreadable("An option of the Protobuf schema is nested too deep.");
  if (tokens.skip("{")) return membersOf(tokens, "}", depth);
  if (tokens.skip("<")) return membersOf(tokens, ">", depth);
  if (tokens.skip("[")) return itemsOf(tokens, depth);
  tokens.skip("-");
  const { kind, text } = tokens.take();
  if (kind === "sign" || kind === "end")
    throw new SchemaUnreadable("An option of the Protobuf schema has no value.");
  // Neighbouring texts are one text.
  let joined = text;
  while (kind === "text" && tokens.next.kind === "text") joined += tokens.text();
  return joined;
}

function membersOf(tokens: ProtoTokens, closing: string, depth: number): OptionValue {
  const members = new Map<string, OptionValue>();
  while (!tokens.skip(closing)) {
    const name = tokens.skip("[") ? extensionName(tokens) : tokens.word();
    tokens.skip(":");
    members.set(name, valueOf(tokens, depth + 1));
    if (!tokens.skip(",")) tokens.skip(";");
  }
  return members;
}

function extensionName(tokens: ProtoTokens): string {
  const name = tokens.word();
  tokens.expect("]");
  return name;
}

function itemsOf(tokens: ProtoTokens, depth: number): OptionValue {
  const items: OptionValue[] = [];
  while (!tokens.skip("]")) {
    items.push(valueOf(tokens, depth + 1));
    tokens.skip(",");
  }
  return items;
}

function collect(meta: OptionValue, parameters: Map<string, string>): void {
  const params = meta instanceof Map ? meta.get("params") : undefined;
  for (const entry of Array.isArray(params) ? params : [params]) {
    if (!(entry instanceof Map)) continue;
    const [key, value]: readonly unknown[] = [entry.get("key"), entry.get("value")];
    if (typeof key === "string" && typeof value === "string") parameters.set(key, value);
  }
}

import { SchemaUnreadable } from "../framed/writer-schema.ts";
import { parseFieldOptions, skipOption } from "./parse-options.ts";
import type { ProtoEnum, ProtoField, ProtoFile, ProtoMessage } from "./proto-file.ts";
import { ProtoTokens } from "./proto-tokens.ts";

/** How deep messages may stand in messages. */
const depthMax = 64;
/** Numbers of fields end here. */
const fieldNumberMax = 536_870_911;

/**
 * Reads the text of a `.proto` file, proto2 or proto3, as far as records need it: messages, enums, fields, maps and oneofs.
 * Options other than Confluent's metadata, services, extensions and reserved numbers are read over. Throws
 * `SchemaUnreadable`.
 */
export function parseProto(text: string): ProtoFile {
  return new ProtoParser(text).file();
}

class ProtoParser {
  readonly #tokens: ProtoTokens;
  readonly #types = new Map<string, ProtoMessage | ProtoEnum>();
  #package = "";
  #isProto3 = false;

  constructor(text: string) {
    this.#tokens = new ProtoTokens(text);
  }

  file(): ProtoFile {
    const messages: ProtoMessage[] = [];
    while (this.#tokens.next.kind !== "end") {
      const message = this.#statement();
      if (message !== null) messages.push(message);
    }
    return { package: this.#package, messages, types: this.#types };
  }

  #statement(): ProtoMessage | null {
    const tokens = this.#tokens;
    if (tokens.skip(";")) return null;
    const keyword = tokens.word();
    switch (keyword) {
      case "syntax":
        tokens.expect("=");
        this.#isProto3 = tokens.text() === "proto3";
        tokens.expect(";");
        return null;
      case "package":
        this.#package = tokens.word();
        tokens.expect(";");
        return null;
      case "message":
        return this.#message(this.#package, 0);
      case "enum":
        this.#enum(this.#package);
        return null;
      case "option":
        skipOption(tokens);
        return null;
      default:
        this.#skipStatement(keyword);
        return null;
    }
  }

  /** Imports end with a semicolon; extensions and services with their closing bracket. */
  #skipStatement(keyword: string): void {
    if (!["import", "extend", "service", "edition"].includes(keyword))
      throw new SchemaUnreadable(
        `The Protobuf schema has ${keyword.slice(0, 40)} where a definition was expected.`,
      );
    this.#skipToEnd();
  }

  #skipToEnd(): void {
    let depth = 0;
    for (;;) {
      const { kind, text } = this.#tokens.take();
      if (kind === "end") throw new SchemaUnreadable("The Protobuf schema is cut short.");
      if (kind !== "sign") continue;
      if (text === "{") depth += 1;
      else if (text === "}") depth -= 1;
      if (depth <= 0 && (text === ";" || text === "}")) return;
    }
  }

  #message(scope: string, depth: number): ProtoMessage {
    if (depth > depthMax) throw new SchemaUnreadable("The Protobuf schema is nested too deep.");
    const message: ProtoMessage = {
      kind: "message",
      name: inScope(scope, this.#tokens.word()),
      fields: [],
      messages: [],
    };
    this.#types.set(message.name, message);
    this.#tokens.expect("{");
    while (!this.#tokens.skip("}")) this.#member(message, depth);
    return message;
  }

  #member(message: ProtoMessage, depth: number): void {
    const tokens = this.#tokens;
    if (tokens.skip(";")) return;
    const keyword = tokens.word();
    switch (keyword) {
      case "message":
        message.messages.push(this.#message(message.name, depth + 1));
        return;
      case "enum":
        return this.#enum(message.name);
      case "option":
        return skipOption(tokens);
      case "oneof":
        return this.#oneof(message);
      case "reserved":
      case "extensions":
      case "extend":
        return this.#skipToEnd();
      case "optional":
      case "required":
      case "repeated":
        message.fields.push(this.#field(tokens.word(), keyword));
        return;
      default:
        message.fields.push(keyword === "map" && tokens.skip("<") ? this.#map() : this.#field(keyword, ""));
    }
  }

  #field(type: string, label: string): ProtoField {
    if (type === "group") throw new SchemaUnreadable("Groups of Protobuf are not read.");
    const [name, number] = this.#nameAndNumber();
    return {
      name,
      number,
      type,
      isRepeated: label === "repeated",
      hasPresence: label !== "repeated" && (label !== "" || !this.#isProto3),
      mapKey: null,
      parameters: this.#fieldEnd(),
    };
  }

  #map(): ProtoField {
    const tokens = this.#tokens;
    const mapKey = tokens.word();
    tokens.expect(",");
    const type = tokens.word();
    tokens.expect(">");
    const [name, number] = this.#nameAndNumber();
    const parameters = this.#fieldEnd();
    return { name, number, type, isRepeated: true, hasPresence: false, mapKey, parameters };
  }

  #oneof(message: ProtoMessage): void {
    this.#tokens.word();
    this.#tokens.expect("{");
    while (!this.#tokens.skip("}")) {
      if (this.#tokens.skip("option")) skipOption(this.#tokens);
      else message.fields.push(this.#field(this.#tokens.word(), "oneof"));
    }
  }

  #nameAndNumber(): readonly [name: string, number: number] {
    const name = this.#tokens.word();
    this.#tokens.expect("=");
    const number = this.#tokens.whole();
    if (number < 1 || number > fieldNumberMax)
      throw new SchemaUnreadable(`The Protobuf field ${name} has no valid number.`);
    return [name, number];
  }

  #fieldEnd(): ReadonlyMap<string, string> {
    const parameters = parseFieldOptions(this.#tokens);
    this.#tokens.expect(";");
    return parameters;
  }

  #enum(scope: string): void {
    const tokens = this.#tokens;
    const found: ProtoEnum = { kind: "enum", name: inScope(scope, tokens.word()), names: new Map() };
    this.#types.set(found.name, found);
    tokens.expect("{");
    while (!tokens.skip("}")) {
      if (tokens.skip(";")) continue;
      const name = tokens.word();
      if (name === "option") skipOption(tokens);
      else if (name === "reserved") this.#skipToEnd();
      else this.#enumValue(found, name);
    }
  }

  #enumValue({ names }: ProtoEnum, name: string): void {
    this.#tokens.expect("=");
    const number = this.#tokens.whole();
    // The first of several names of one number is the one that is shown.
    if (!names.has(number)) names.set(number, name);
    this.#fieldEnd();
  }
}

function inScope(scope: string, name: string): string {
  return scope === "" ? name : `${scope}.${name}`;
}

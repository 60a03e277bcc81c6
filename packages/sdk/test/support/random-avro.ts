import type { AvroType } from "../../src/codecs/avro/avro-type.ts";
import type { JsonValue } from "../../src/codecs/index.ts";

/** Numbers below 1 from a seed (mulberry32), so that a failure can be made again. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A value as a writer gives it, and as the reader must answer it. */
export interface Twin {
  readonly written: unknown;
  readonly read: JsonValue;
}

const primitives = ["boolean", "int", "long", "float", "double", "bytes", "string", "null"] as const;
const texts = ["", "a", "naïve", "€uro", "漢字", "🙂", "x".repeat(200), "\u0000", "line\nbreak", "\ufffd"];
const longs = [
  0n,
  -1n,
  63n,
  64n,
  -64n,
  -65n,
  2n ** 27n,
  2n ** 28n,
  -(2n ** 28n),
  2n ** 31n,
  2n ** 48n,
  2n ** 49n,
];
const edges = [...longs, 2n ** 53n - 1n, 2n ** 53n, 2n ** 62n, 2n ** 63n - 1n, -(2n ** 63n)];

/** Makes schemas and values of any type from a source of random numbers. */
export class RandomAvro {
  readonly #random: () => number;
  #named = 0;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** A schema as its JSON. */
  schema(depth = 3): unknown {
    const kind = this.#pick([...primitives, ...(depth > 0 ? composites : [])]);
    switch (kind) {
      case "fixed":
        return { type: "fixed", name: this.#name(), size: this.#below(9) };
      case "enum":
        return { type: "enum", name: this.#name(), symbols: ["A", "B", "C"] };
      case "array":
        return { type: "array", items: this.schema(depth - 1) };
      case "map":
        return { type: "map", values: this.schema(depth - 1) };
      case "optional":
        return this.#shuffled(["null", this.#notNull(depth - 1)]);
      case "union":
        return ["null", "long", "string", { type: "fixed", name: this.#name(), size: 3 }];
      case "record": {
        const fields = Array.from({ length: this.#below(5) }, (_, index) => ({
          name: index === 0 ? "__proto__" : `f${index}`,
          type: this.schema(depth - 1),
        }));
        return { type: "record", name: this.#name(), fields };
      }
      default:
        return kind;
    }
  }

  value(type: AvroType): Twin {
    switch (type.kind) {
      case "null":
        return same(null);
      case "boolean":
        return same(this.#random() < 0.5);
      case "int":
        return same(Number(BigInt.asIntN(32, this.#pick(edges))));
      case "long":
        return long(this.#pick(edges));
      case "float":
        return same(this.#pick([0, 0.1, -1.5, 3.402_823_5e38, 1e-45, 1_048_575.9]));
      case "double":
        return same(this.#pick([0, 0.1, Number.MAX_VALUE, Number.MIN_VALUE, Number.NaN, -Infinity]));
      case "bytes":
        return same(Buffer.from(this.#pick(texts)).toString("base64"));
      case "fixed":
        return same(Buffer.alloc(type.size, this.#below(256)).toString("base64"));
      case "string":
        return same(this.#pick(texts));
      case "enum":
        return same(this.#pick(type.symbols));
      case "array":
        return listOf(Array.from({ length: this.#below(4) }, () => this.value(type.items)));
      case "map":
        return this.#members(["k", "__proto__", "é"].slice(0, this.#below(4)), () => type.values);
      case "record":
        return this.#members(
          type.fields.map(({ name }) => name),
          (_, index) => type.fields[index]!.type,
        );
      case "union":
        return this.#branch(type.branches);
    }
  }

  #branch(branches: readonly AvroType[]): Twin {
    const branch = this.#pick(branches);
    if (branch.kind === "null") return same(null);
    const { written, read } = this.value(branch);
    const tag = "name" in branch ? branch.name : branch.kind;
    const isOptional = branches.length === 2;
    return { written: { [tag]: written }, read: isOptional ? read : { [tag]: read } };
  }

  #members(names: readonly string[], typeOf: (name: string, index: number) => AvroType): Twin {
    const twins = names.map((name, index) => [name, this.value(typeOf(name, index))] as const);
    return {
      written: Object.fromEntries(twins.map(([name, { written }]) => [name, written])),
      read: Object.fromEntries(twins.map(([name, { read }]) => [name, read])),
    };
  }

  #notNull(depth: number): unknown {
    const schema = this.schema(depth);
    return schema === "null" || Array.isArray(schema) ? "string" : schema;
  }

  #name(): string {
    this.#named += 1;
    return `n.T${this.#named}`;
  }

  #below(count: number): number {
    return Math.floor(this.#random() * count);
  }

  #pick<T>(from: readonly T[]): T {
    return from[this.#below(from.length)]!;
  }

  #shuffled<T>(pair: readonly [T, T]): readonly T[] {
    return this.#random() < 0.5 ? pair : [pair[1], pair[0]];
  }
}

const composites = ["fixed", "enum", "array", "map", "optional", "union", "record", "record"] as const;

function same(value: JsonValue): Twin {
  return { written: value, read: value };
}

function long(value: bigint): Twin {
  const isSafe = Number.isSafeInteger(Number(value));
  return { written: value, read: isSafe ? Number(value) : value };
}

function listOf(twins: readonly Twin[]): Twin {
  return { written: twins.map(({ written }) => written), read: twins.map(({ read }) => read) };
}

import { GluttonyError } from "@gluttony/model";
import type { Code, Failure } from "@gluttony/model";
import { schemasNamedBy } from "@gluttony/sdk/codecs";
import type {
  NeededSchema,
  RawRecord,
  RecordFormat,
  WriterSchema,
  WriterSchemas,
} from "@gluttony/sdk/codecs";
import type { SchemaRegistry } from "./ports.ts";

/** Schemas that one consumer's records use at once. */
const rememberedMax = 256;

/** The schemas that a record names, or why they cannot be had. */
export type FoundSchemas = { readonly schemas: readonly WriterSchema[] } | { readonly failure: Failure };

/** Where schemas come from, and who hears of a registry that is at service. */
export interface SchemaMeans {
  /** Null on a host that was given none. */
  readonly registry: SchemaRegistry | null;
  /** Told when the registry at this origin answered, also that it knows no such schema. */
  readonly onAnswered: (origin: string) => void;
  /** Told of each schema when the first record names it. */
  readonly onFound: (schema: WriterSchema) => void;
}

/** Finds the schemas of one consumer's records, and keeps those at hand that were found. */
export class RecordSchemas implements WriterSchemas {
  readonly #registry: SchemaRegistry | null;
  readonly #tell: Pick<SchemaMeans, "onAnswered" | "onFound">;
  readonly #format: RecordFormat;
  readonly #atHand = new Map<string, WriterSchema>();

  constructor({ registry, ...tell }: SchemaMeans, format: RecordFormat) {
    this.#registry = registry;
    this.#tell = tell;
    this.#format = format;
  }

  get(ref: string): WriterSchema | undefined {
    return this.#atHand.get(ref);
  }

  /** What must be found before the record can be read; nothing for records in JSON and for those that are refused unread. */
  namedBy(record: RawRecord): readonly NeededSchema[] {
    const named = schemasNamedBy(record);
    if (named.length === 0) return named;
    const isRefused = this.#format === "json" && named.some(({ isNeeded }) => isNeeded);
    return isRefused ? [] : named.filter(({ isNeeded }) => isNeeded || this.#registry !== null);
  }

  /** Never rejects. */
  async find(named: readonly NeededSchema[]): Promise<FoundSchemas> {
    const schemas: WriterSchema[] = [];
    for (const { ref, isNeeded } of named) {
      if (this.#registry === null) return { failure: noRegistry(ref) };
      const found = await this.#registry.find(ref);
      const isAnswer = "schema" in found || found.failure.kind === "record";
      if (isAnswer && found.asked !== null) this.#tell.onAnswered(found.asked);
      if ("schema" in found) schemas.push(this.#kept(found.schema));
      else if (isNeeded || !isAnswer) return { failure: found.failure };
    }
    return { schemas };
  }

  #kept(schema: WriterSchema): WriterSchema {
    if (this.#atHand.size >= rememberedMax && !this.#atHand.has(schema.ref)) this.#atHand.clear();
    if (this.#atHand.get(schema.ref) !== schema) this.#tell.onFound(schema);
    this.#atHand.set(schema.ref, schema);
    return schema;
  }
}

function noRegistry(ref: string): Failure {
  const message = `The record was written with the schema ${ref}, and this host knows no schema registry.`;
  return { kind: "record", code: "registry.not_configured", message };
}

const troubles: { readonly [kind in Failure["kind"]]: Code } = {
  transient: "registry.unavailable",
  ambiguous: "registry.unavailable",
  record: "registry.unavailable",
  auth: "registry.refused",
  config: "registry.not_understood",
};

/** What holds a consumer up that cannot read on without its registry. */
export function registryTrouble({ kind, message, target = "" }: Failure): GluttonyError {
  return new GluttonyError(troubles[kind], { target, seen: message });
}

import type { Failure } from "@gluttony/model";
import type { ReferencedSchema, WriterSchema } from "@gluttony/sdk/codecs";
import { createHttpClient } from "../http-json.ts";
import type { HttpClient } from "../http-json.ts";
import type { TargetGate } from "../target-caller.ts";
import { type JudgedAnswer, judgeAnswer, SCHEMA_REFERENCES_MAX } from "./registry-answer.ts";
import type { RegisteredSchema, SchemaReference } from "./registry-answer.ts";
import { referenceUrl, schemaUrl } from "./registry-urls.ts";

/** Where the registry is, and how to ask it. */
export interface SchemaRegistrySettings {
  /** Its base, without a slash at the end; no other destination is ever asked. */
  readonly url: string;
  /** The header `Authorization`; null where none is needed. */
  readonly authorization: string | null;
  /** Milliseconds for one request; 10,000 by default. */
  readonly timeoutMs?: number;
  /** Milliseconds for which an id that the registry does not know is not asked for again; 30,000 by default. */
  readonly unknownForMs?: number;
}

/** What came of asking for a schema. `asked` is the registry's origin if it was asked just now, and null if it was not. */
export type FoundSchema = { readonly asked: string | null } & (
  | { readonly schema: WriterSchema }
  | { readonly failure: Failure }
);

/** A registry of schemas, with what it answered before. */
export interface SchemaRegistryClient extends AsyncDisposable {
  /** At once where the schema is known. Never rejects. One request is under way for an id, however many wait for it. */
  find(ref: string): FoundSchema | Promise<FoundSchema>;
  close(): Promise<void>;
}

/** Schemas that are remembered, and ids of which none is known; the oldest is forgotten first. */
const rememberedMax = 1_000;
/** Characters of all schemas that are remembered. */
const rememberedCharactersMax = 64 * 1024 * 1024;
/** Bytes of one answer: a schema of the largest size, with every character escaped. */
const answerBytesMax = 8 * 1024 * 1024;
const timeoutMs = 10_000;
const unknownForMs = 30_000;

/** A client of Confluent's interface. The gate, if there is one, is asked before each request. */
export function createSchemaRegistry(
  settings: SchemaRegistrySettings,
  { gate }: { readonly gate?: TargetGate } = {},
): SchemaRegistryClient {
  const http = createHttpClient({ answerBytesMax, concurrencyPerOrigin: 8 });
  const asking = new RegistryQuestions(settings, { http, gate });
  const close = (): Promise<void> => http.close();
  return { find: (ref) => asking.find(ref), close, [Symbol.asyncDispose]: close };
}

interface Means {
  readonly http: HttpClient;
  readonly gate: TargetGate | undefined;
}

class RegistryQuestions {
  readonly #settings: SchemaRegistrySettings;
  readonly #means: Means;
  readonly #origin: string;
  readonly #known = new Map<string, FoundSchema & { readonly schema: WriterSchema }>();
  #characters = 0;
  /** Until when, on the monotonic clock. */
  readonly #unknownUntil = new Map<string, number>();
  readonly #underWay = new Map<string, Promise<FoundSchema>>();

  constructor(settings: SchemaRegistrySettings, means: Means) {
    this.#settings = settings;
    this.#means = means;
    this.#origin = new URL(settings.url).origin;
  }

  find(ref: string): FoundSchema | Promise<FoundSchema> {
    const known = this.#known.get(ref);
    if (known !== undefined) return known;
    if ((this.#unknownUntil.get(ref) ?? 0) > performance.now())
      return { asked: null, failure: this.#unknown(ref) };
    const underWay = this.#underWay.get(ref);
    if (underWay !== undefined) return underWay;
    const asking = this.#ask(ref).finally(() => this.#underWay.delete(ref));
    this.#underWay.set(ref, asking);
    return asking;
  }

  async #ask(ref: string): Promise<FoundSchema> {
    const asked = this.#origin;
    const judged = await this.#request(schemaUrl(this.#settings.url, ref));
    if (judged.is === "failure") return { asked, failure: judged.failure };
    if (judged.is === "unknown") {
      this.#noteUnknown(ref);
      return { asked, failure: this.#unknown(ref) };
    }
    const references = new Map<string, ReferencedSchema>();
    const failure = await this.#follow(judged.schema, references);
    if (failure !== null) return { asked, failure };
    const { language, text } = judged.schema;
    const schema: WriterSchema = { ref, language, text, references: [...references.values()] };
    this.#keep(schema);
    return { asked, schema };
  }

  #keep(schema: WriterSchema): void {
    this.#known.set(schema.ref, { asked: null, schema });
    this.#characters += charactersOf(schema);
    for (const oldest of this.#known.values()) {
      const isFull = this.#known.size > rememberedMax || this.#characters > rememberedCharactersMax;
      if (!isFull || oldest.schema === schema) return;
      this.#known.delete(oldest.schema.ref);
      this.#characters -= charactersOf(oldest.schema);
    }
  }

  /** Gathers what a schema refers to, those first that others refer to; answers why it could not. */
  async #follow(schema: RegisteredSchema, found: Map<string, ReferencedSchema>): Promise<Failure | null> {
    for (const reference of schema.references) {
      const id = `${reference.subject}/${reference.version}`;
      if (found.has(id)) continue;
      if (found.size >= SCHEMA_REFERENCES_MAX) return tooManyReferences;
      const failure = await this.#followOne(reference, id, found);
      if (failure !== null) return failure;
    }
    return null;
  }

  async #followOne(
    reference: SchemaReference,
    id: string,
    found: Map<string, ReferencedSchema>,
  ): Promise<Failure | null> {
    const judged = await this.#request(referenceUrl(this.#settings.url, reference));
    if (judged.is === "failure") return judged.failure;
    if (judged.is === "unknown") return referenceMissing;
    const referred = { name: reference.name, text: judged.schema.text };
    // Counted before what it refers to, so that a circle ends; put in its place behind them.
    found.set(id, referred);
    const failure = await this.#follow(judged.schema, found);
    found.delete(id);
    found.set(id, referred);
    return failure;
  }

  async #request(url: string): Promise<JudgedAnswer> {
    const { http, gate } = this.#means;
    const { authorization, timeoutMs: own = timeoutMs } = this.#settings;
    const heldBack = gate?.admit(this.#origin) ?? null;
    if (heldBack !== null)
      return { is: "failure", failure: heldBackFailure(this.#origin, heldBack.retryAfterMs) };
    const headers = authorization === null ? {} : { authorization };
    const accept = "application/vnd.schemaregistry.v1+json, application/json;q=0.9, */*;q=0.1";
    const answered = await http.request({
      url,
      method: "GET",
      timeoutMs: own,
      headers: { accept, ...headers },
    });
    return judgeAnswer(answered, this.#origin);
  }

  #noteUnknown(ref: string): void {
    const [oldest] = this.#unknownUntil.keys();
    if (this.#unknownUntil.size >= rememberedMax && oldest !== undefined) this.#unknownUntil.delete(oldest);
    this.#unknownUntil.set(ref, performance.now() + (this.#settings.unknownForMs ?? unknownForMs));
  }

  #unknown(ref: string): Failure {
    const message = `${this.#origin} knows no schema ${ref}.`;
    return { kind: "record", code: "record.schema_unknown", message };
  }
}

function charactersOf({ text, references }: WriterSchema): number {
  return references.reduce((sum, reference) => sum + reference.text.length, text.length);
}

function heldBackFailure(target: string, retryAfterMs: number): Failure {
  const message = `${target} is not called for now.`;
  return { kind: "transient", code: "target.breaker_open", message, target, retryAfterMs };
}

const tooManyReferences: Failure = {
  kind: "record",
  code: "record.schema_invalid",
  message: `The schema refers to more than ${SCHEMA_REFERENCES_MAX} others.`,
};

const referenceMissing: Failure = {
  kind: "record",
  code: "record.schema_unknown",
  message: "The schema refers to one that the registry does not know.",
};

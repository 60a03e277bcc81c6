import type { Failure } from "@gluttony/model";
import type { SchemaLanguage } from "@gluttony/sdk/codecs";
import type { ExchangeFault } from "../exchange.ts";
import type { HttpAnswer } from "../http-json.ts";

/** Characters of one schema; Debezium's largest tables need some hundred thousand. */
export const SCHEMA_CHARACTERS_MAX: number = 1024 * 1024;
/** Schemas that one schema may refer to, directly or not. */
export const SCHEMA_REFERENCES_MAX = 64;

/** Where another schema lies that a schema refers to. */
export interface SchemaReference {
  readonly name: string;
  readonly subject: string;
  readonly version: number;
}

/** A schema as the registry gives it, with what it refers to still to be asked for. */
export interface RegisteredSchema {
  readonly language: SchemaLanguage;
  readonly text: string;
  readonly references: readonly SchemaReference[];
}

/** What an answer means. */
export type JudgedAnswer =
  | { readonly is: "schema"; readonly schema: RegisteredSchema }
  | { readonly is: "unknown" }
  | { readonly is: "failure"; readonly failure: Failure };

const languages: ReadonlyMap<unknown, SchemaLanguage> = new Map<unknown, SchemaLanguage>([
  [undefined, "avro"],
  ["AVRO", "avro"],
  ["PROTOBUF", "protobuf"],
  ["JSON", "json-schema"],
]);

/**
 * Judges what a registry answered, or that it did not. Only an answer in the registry's own words makes a schema unknown, so
 * that a wrong address parks nothing: that, and a redirect, block the consumer. Whatever may pass is `transient`. Pure.
 */
export function judgeAnswer(
  answered: HttpAnswer | { readonly fault: ExchangeFault },
  origin: string,
): JudgedAnswer {
  if ("fault" in answered) return failed(faultOf(answered.fault, origin));
  const { status } = answered;
  const seen = `${origin} answered ${status}`;
  if (status === 200) return schemaIn(answered, origin);
  if (status === 404 && isOwnWord(answered.json)) return { is: "unknown" };
  if (status === 401 || status === 403)
    return failed({ kind: "auth", code: "registry.refused", message: `${seen}.`, target: origin });
  if (status === 408 || status === 429 || status >= 500) {
    const retryAfterMs = retryAfterMsOf(answered);
    const wait = retryAfterMs === null ? {} : { retryAfterMs };
    return failed({ ...unavailable(`${seen}.`, origin), ...wait });
  }
  return failed(unlikeARegistry(`${seen}, which no schema registry does for a schema.`, origin));
}

function schemaIn({ json, text, headers }: HttpAnswer, origin: string): JudgedAnswer {
  // Apicurio's own interface answers with the schema itself.
  if (!isRegistryObject(json)) return rawSchemaIn(text, headers, origin);
  const language = languages.get(json.schemaType ?? undefined);
  if (language === undefined)
    return failed(unusable(`${origin} keeps the schema in a language that is not read.`));
  const references = referencesIn(json.references);
  if (references === null)
    return failed(unavailable(`${origin} answered references that cannot be read.`, origin));
  return checked({ language, text: json.schema, references }, origin);
}

function rawSchemaIn(text: string, headers: HttpAnswer["headers"], origin: string): JudgedAnswer {
  const type = headers["x-registry-artifacttype"];
  const language = type === undefined ? languageOf(text) : languages.get(type);
  if (language === undefined || language === null)
    return failed(unavailable(`${origin} answered what is no schema.`, origin));
  return checked({ language, text, references: [] }, origin);
}

function checked(schema: RegisteredSchema, origin: string): JudgedAnswer {
  if (schema.text.length <= SCHEMA_CHARACTERS_MAX) return { is: "schema", schema };
  return failed(unusable(`${origin} keeps a schema of more than ${SCHEMA_CHARACTERS_MAX} characters.`));
}

interface RegistryObject {
  readonly schema: string;
  readonly schemaType?: unknown;
  readonly references?: unknown;
}

function isRegistryObject(json: unknown): json is RegistryObject {
  return typeof json === "object" && json !== null && typeof Reflect.get(json, "schema") === "string";
}

/** A schema's language by its own look; null where it is none. */
function languageOf(text: string): SchemaLanguage | null {
  const json = parsedOrUndefined(text);
  if (json === undefined) return /\b(?:syntax|message|enum)\b/.test(text) ? "protobuf" : null;
  if (Array.isArray(json) || typeof json === "string") return "avro";
  if (typeof json !== "object" || json === null) return null;
  if ("$schema" in json || "properties" in json || "oneOf" in json) return "json-schema";
  return "type" in json ? "avro" : null;
}

function parsedOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Null where they are none. */
function referencesIn(written: unknown): readonly SchemaReference[] | null {
  if (written === undefined || written === null) return [];
  if (!Array.isArray(written) || written.length > SCHEMA_REFERENCES_MAX) return null;
  const references = written.map(referenceOf);
  return references.every((reference) => reference !== null) ? references : null;
}

function referenceOf(written: unknown): SchemaReference | null {
  if (typeof written !== "object" || written === null) return null;
  const [name, subject, version]: readonly unknown[] = ["name", "subject", "version"].map((field) =>
    Reflect.get(written, field),
  );
  const isWhole = typeof version === "number" && Number.isInteger(version);
  return typeof name === "string" && typeof subject === "string" && isWhole
    ? { name, subject, version }
    : null;
}

/** Registries say `{"error_code": 40403}`; a proxy or a wrong path does not. */
function isOwnWord(json: unknown): boolean {
  const code: unknown =
    typeof json === "object" && json !== null ? Reflect.get(json, "error_code") : undefined;
  return typeof code === "number" && String(code).startsWith("404");
}

function retryAfterMsOf({ headers }: HttpAnswer): number | null {
  const seconds = Number(headers["retry-after"] ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.ceil(seconds * 1_000) : null;
}

function faultOf({ reason, errno, retryAfterMs }: ExchangeFault, origin: string): Failure {
  if (reason === "too_large") return unusable(`${origin} answered more than the limit.`);
  const code = errno === "" ? "" : ` (${errno})`;
  const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
  if (reason === "address_refused")
    return unlikeARegistry(`${origin} leads to an address that is refused.`, origin);
  return { ...unavailable(`${origin} gave no whole answer: ${reason}${code}.`, origin), ...wait };
}

function unavailable(message: string, target: string): Failure {
  return { kind: "transient", code: "registry.unavailable", message, target };
}

function unlikeARegistry(message: string, target: string): Failure {
  return { kind: "config", code: "registry.not_understood", message, target };
}

function unusable(message: string): Failure {
  return { kind: "record", code: "record.schema_invalid", message };
}

function failed(failure: Failure): JudgedAnswer {
  return { is: "failure", failure };
}

import { Ajv, type ValidateFunction } from "ajv";
import fc from "fast-check";
import { arbitraryOf } from "./arbitrary-of.ts";
import { Known } from "./known.ts";
import { spoil } from "./mutations.ts";
import { type Description, type Operation, operationsOf, type Schema } from "./schema.ts";

/** Who asks: a token, and the label that limits what may be seen of consumers. */
export interface Caller {
  readonly name: string;
  readonly token: string | null;
  readonly site: string | null;
}

export interface FuzzSettings {
  readonly url: string;
  readonly description: Description;
  readonly callers: readonly Caller[];
  readonly requests: number;
  readonly seed: number;
  /** Texts that no answer may hold. */
  readonly canaries: readonly string[];
  /** Bodies that make sense, by route, as `POST /api/v1/consumers`: what a schema cannot say of its parts together. */
  readonly examples: { readonly [route: string]: (known: Known) => object };
  /** Values that exist, by the name of a parameter of a path or a query: what no answer tells of. */
  readonly parts: { readonly [parameter: string]: readonly string[] };
  /** Ids of what the run itself needs, such as its callers' tokens. */
  readonly spared: readonly string[];
}

/** What a run came to. */
export interface FuzzReport {
  readonly requests: number;
  readonly byStatus: { readonly [status: string]: number };
  /** Routes that never answered with a success. */
  readonly neverDone: readonly string[];
  readonly violations: readonly string[];
}

const samplesAtOnce = 64;
const inFlight = 8;
const violationsMax = 20;
const hostileIds = [
  "0",
  "-1",
  "9".repeat(30),
  "nobody",
  "%00",
  "..%2f..%2f",
  "a%20b",
  "%E0%A4%A",
  "'--",
  "患者",
  "a;b",
  "1:replay",
];

/**
 * Asks a running API again and again: bodies that its own description allows, bodies spoiled in one way, ids that exist,
 * that did, and that never could. The oracle is the list of Schemathesis and RESTler: no failure of ours, every
 * answer as described, nothing wrong accepted, nothing deleted used, nobody reaching beyond their scope.
 */
export class ApiFuzz {
  readonly #settings: FuzzSettings;
  readonly #operations: readonly Operation[];
  readonly #known = new Known();
  readonly #validators = new Map<Schema, ValidateFunction>();
  readonly #samples = new Map<Schema, unknown[]>();
  readonly #ajv = new Ajv({ strict: false, validateFormats: false });
  readonly #byStatus = new Map<number, number>();
  readonly #done = new Set<Operation>();
  readonly #violations: string[] = [];
  #random: number;
  #asked = 0;

  constructor(settings: FuzzSettings) {
    this.#settings = settings;
    this.#operations = operationsOf(settings.description).filter(({ path }) => path !== "/metrics");
    this.#random = settings.seed;
  }

  /** Notes something that exists already. */
  know(kind: string, id: string): void {
    this.#known.note(kind, id, null);
  }

  async run(): Promise<FuzzReport> {
    const worker = async (): Promise<void> => {
      while (this.#asked < this.#settings.requests && this.#violations.length < violationsMax) {
        this.#asked += 1;
        await this.#ask();
      }
    };
    await Promise.all(Array.from({ length: inFlight }, worker));
    if (Reflect.get({}, "polluted") !== undefined) this.#violations.push("Object.prototype was polluted");
    return {
      requests: this.#asked,
      byStatus: Object.fromEntries([...this.#byStatus].toSorted(([left], [right]) => left - right)),
      neverDone: this.#operations
        .filter((one) => !this.#done.has(one))
        .map(({ method, path }) => `${method} ${path}`),
      violations: this.#violations,
    };
  }

  async #ask(): Promise<void> {
    const operation = this.#pickOperation();
    const caller = this.#pick(this.#settings.callers);
    const aim = this.#aimOf(operation);
    const spoiled = this.#bodyOf(operation);
    const answer = await fetch(`${this.#settings.url}${aim.path}${this.#queryOf(operation)}`, {
      method: operation.method,
      headers: this.#headersOf(operation, caller, aim.etag),
      ...(spoiled === null ? {} : { body: spoiled.text }),
    });
    const text = await answer.text();
    this.#byStatus.set(answer.status, (this.#byStatus.get(answer.status) ?? 0) + 1);
    const seen = { operation, caller, aim, status: answer.status, text, etag: answer.headers.get("etag") };
    this.#judge(seen, { isWrong: spoiled?.isWrong === true, type: answer.headers.get("content-type") ?? "" });
    this.#learn(seen);
  }

  #judge(seen: Seen, { isWrong, type }: { readonly isWrong: boolean; readonly type: string }): void {
    const { operation, caller, aim, status, text } = seen;
    const isSuccess = status < 300;
    if (status >= 500) this.#violate(seen, "a failure of ours");
    if (isSuccess && isWrong) this.#violate(seen, "a wrong body was taken");
    if (isSuccess && caller.token === null && !operation.isOpen) this.#violate(seen, "nobody was let in");
    if (isSuccess && aim.isGone) this.#violate(seen, "what was deleted is used");
    if (isSuccess) this.#done.add(operation);
    const leaked = this.#settings.canaries.find((canary) => text.includes(canary));
    if (leaked !== undefined) this.#violate(seen, "a secret is in the answer");
    this.#checkForm(seen, type);
    if (isSuccess && caller.site !== null) this.#checkScope(seen, caller.site);
  }

  #checkForm(seen: Seen, type: string): void {
    const { operation, status, text } = seen;
    if (operation.method === "HEAD" || status === 304 || status === 204) return;
    const told = operation.responses[String(status)] ?? operation.responses[`${Math.floor(status / 100)}XX`];
    if (told === undefined) return this.#violate(seen, "a status that is not described");
    const [kind, content] = Object.entries(told.content ?? {})[0] ?? [];
    if (kind === undefined || content === undefined) return undefined;
    if (!type.startsWith(kind)) return this.#violate(seen, `answers ${type}, not ${kind}`);
    if (!kind.endsWith("json")) return undefined;
    const validate = this.#validatorOf(content.schema);
    if (validate(JSON.parse(text))) return undefined;
    return this.#violate(seen, `not as described: ${this.#ajv.errorsText(validate.errors)}`);
  }

  #checkScope(seen: Seen, site: string): void {
    if (!seen.operation.path.startsWith("/api/v1/consumers/{id}") || seen.operation.method !== "GET") return;
    const labels: unknown = JSON.parse(seen.text)?.configuration?.labels;
    if (labels !== undefined && Reflect.get(Object(labels), "site") !== site)
      this.#violate(seen, "a consumer of another scope was shown");
  }

  /** What an answer tells of what exists now. */
  #learn({ operation, aim, status, text, etag }: Seen): void {
    if (status >= 300) return;
    // What takes its time is answered with an operation, whatever it is about.
    const kind = status === 202 ? "operations" : kindOf(operation.path);
    if (operation.method === "DELETE" && aim.id !== null) {
      this.#known.remove(kind, aim.id);
      return;
    }
    if (text === "" || !operation.path.startsWith("/api/") || operation.path.endsWith(":export")) return;
    const body: unknown = text.startsWith("{") ? JSON.parse(text) : null;
    for (const one of thingsIn(body)) this.#note(kind, one.id, one.etag);
    const [thing] = thingsOf(body);
    if (thing !== undefined) this.#note(kind, thing.id, etag ?? thing.etag);
  }

  #note(kind: string, id: string, etag: string | null): void {
    if (!this.#settings.spared.includes(id)) this.#known.note(kind, id, etag);
  }

  #aimOf({ path, pathParameters }: Operation): Aim {
    const kind = kindOf(path);
    const chance = this.#next() % 100;
    const alive = chance < 70 ? this.#known.pick(kind, this.#next()) : null;
    const gone = alive === null && chance < 85 ? this.#known.pickGone(kind, this.#next()) : null;
    const id = alive?.id ?? gone ?? null;
    const filled = pathParameters.reduce((built, name) => {
      const isId = name === "id";
      const value = isId
        ? id === null
          ? this.#pick(hostileIds)
          : encodeURIComponent(id)
        : encodeURIComponent(this.#partOf(name) ?? String(this.#next() % 4));
      return built.replace(`{${name}}`, value);
    }, path);
    return {
      path: filled,
      id,
      etag: alive?.etag ?? null,
      isGone: gone !== null && pathParameters.includes("id"),
    };
  }

  #bodyOf({ method, path, body }: Operation): { readonly text: string; readonly isWrong: boolean } | null {
    if (body === null) return null;
    const example = this.#settings.examples[`${method} ${path}`];
    const sample =
      example !== undefined && this.#next() % 2 === 0 ? example(this.#known) : this.#sampleOf(body);
    if (this.#next() % 3 !== 0) return { text: JSON.stringify(sample), isWrong: false };
    return spoil(sample, this.#next());
  }

  #queryOf({ query }: Operation): string {
    const names = Object.keys(query);
    if (this.#next() % 10 === 0) return "?surprise=1";
    if (names.length === 0 || this.#next() % 2 === 0) return "";
    const name = this.#pick(names);
    const value =
      this.#next() % 4 === 0
        ? "\u0000'%$"
        : (this.#partOf(name) ?? String(this.#sampleOf(query[name] ?? {})));
    return `?${name}=${encodeURIComponent(value)}`;
  }

  /** One that exists, every other time. */
  #partOf(name: string): string | null {
    const there = this.#settings.parts[name];
    return there === undefined || this.#next() % 2 === 0 ? null : this.#pick(there);
  }

  #headersOf(
    { headers, body }: Operation,
    { token }: Caller,
    etag: string | null,
  ): { [name: string]: string } {
    const key = `k${this.#next() % 5_000}`;
    return {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(body === null ? {} : { "content-type": "application/json" }),
      ...(headers.includes("if-match") && this.#next() % 8 !== 0 ? { "if-match": etag ?? '"1"' } : {}),
      ...(headers.includes("idempotency-key") && this.#next() % 4 === 0 ? { "idempotency-key": key } : {}),
    };
  }

  #sampleOf(schema: Schema): unknown {
    const samples = this.#samples.get(schema) ?? [];
    if (samples.length === 0)
      samples.push(...fc.sample(arbitraryOf(schema), { numRuns: samplesAtOnce, seed: this.#next() }));
    this.#samples.set(schema, samples);
    return samples.pop();
  }

  #validatorOf(schema: Schema): ValidateFunction {
    const { components } = this.#settings.description;
    const found = this.#validators.get(schema) ?? this.#ajv.compile({ ...schema, components });
    this.#validators.set(schema, found);
    return found;
  }

  #violate({ operation, caller, aim, status, text }: Seen, what: string): void {
    this.#violations.push(
      `${what}: ${operation.method} ${aim.path} as ${caller.name} → ${status} ${text.slice(0, 300)}`,
    );
  }

  /** What costs a password's hash is asked seldom, else all the time would go there. */
  #pickOperation(): Operation {
    const picked = this.#pick(this.#operations);
    return /password|session|bootstrap|users$/.test(picked.path) && this.#next() % 8 !== 0
      ? this.#pick(this.#operations.filter(({ path }) => path.includes("consumers")))
      : picked;
  }

  #pick<One>(things: readonly One[]): One {
    const thing = things[this.#next() % things.length];
    if (thing === undefined) throw new Error("nothing to pick from");
    return thing;
  }

  // Xorshift: the same seed asks the same questions, as far as the answers allow.
  #next(): number {
    let value = this.#random || 1;
    value ^= value << 13;
    value ^= value >>> 17;
    value ^= value << 5;
    this.#random = value >>> 0;
    return this.#random;
  }
}

interface Aim {
  readonly path: string;
  readonly id: string | null;
  readonly etag: string | null;
  readonly isGone: boolean;
}

interface Seen {
  readonly operation: Operation;
  readonly caller: Caller;
  readonly aim: Aim;
  readonly status: number;
  readonly text: string;
  readonly etag: string | null;
}

/** The noun of a path: what its ids name. */
function kindOf(path: string): string {
  return /^\/api\/v1\/([a-z-]+)/.exec(path)?.[1] ?? "";
}

function thingsIn(body: unknown): readonly Thing[] {
  const items: unknown = typeof body === "object" && body !== null ? Reflect.get(body, "items") : null;
  return Array.isArray(items) ? items.flatMap(thingsOf) : [];
}

interface Thing {
  readonly id: string;
  readonly etag: string | null;
}

function thingsOf(item: unknown): readonly Thing[] {
  if (typeof item !== "object" || item === null) return [];
  const id: unknown = Reflect.get(item, "id");
  const revision: unknown = Reflect.get(item, "revision");
  return typeof id === "string" ? [{ id, etag: typeof revision === "string" ? `"${revision}"` : null }] : [];
}

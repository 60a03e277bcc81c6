import { createHttpClient, type HttpAnswer } from "@gluttony/egress";
import { type Code, type Fault, GluttonyError, isCode } from "@gluttony/model";
import { learnSettings } from "./known-secrets.ts";
import { parseEnvironment, processEnvironment } from "./parse-environment.ts";

/** Milliseconds for one request to the admin API. */
const requestTimeoutMs = 15_000;

/** Where the admin API is and how to speak to it. */
export interface ApiAddress {
  readonly url: string;
  readonly token: string | null;
}

/** One request to the admin API. */
export interface ApiRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly body?: unknown;
  /** The revision seen, for writes. */
  readonly ifMatch?: string;
  /** Whether it makes something that must not be there yet. */
  readonly isNew?: boolean;
  /** Milliseconds; more than usual for what may concern a million records. */
  readonly timeoutMs?: number;
}

/** An answer of the admin API that was not a problem. */
export interface ApiAnswer {
  readonly body: unknown;
  /** The body as it came, for what is not JSON. */
  readonly text: string;
  /** The same, for what is no text. */
  readonly bytes: Uint8Array;
  readonly etag: string | null;
  /** Where a list or a file goes on. */
  readonly link: string | null;
}

/** The address from `--url`, else from the environment of the host on this machine. */
export function apiAddressOf(url: string | undefined): ApiAddress {
  const { settings } = parseEnvironment(processEnvironment);
  learnSettings(settings);
  const { host, port, token } = settings.admin;
  const local = `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
  return { url: (url ?? local).replace(/\/+$/, ""), token };
}

/** Asks the admin API. Throws the problem that it answers with, as the same registered code. */
export async function askApi(address: ApiAddress, request: ApiRequest): Promise<ApiAnswer> {
  const http = createHttpClient();
  try {
    const answer = await http.request({
      url: `${address.url}${request.path}`,
      method: request.method,
      timeoutMs: request.timeoutMs ?? requestTimeoutMs,
      headers: headersOf(address, request),
      ...(request.body === undefined ? {} : { json: request.body }),
    });
    if ("fault" in answer) throw new GluttonyError("api.unreachable", { url: address.url });
    if (answer.status >= 400) throw problemOf(answer);
    const { etag = null, link = null } = answer.headers;
    return {
      body: answer.json ?? null,
      text: answer.text,
      bytes: answer.bytes ?? new Uint8Array(),
      etag,
      link,
    };
  } finally {
    await http.close();
  }
}

function headersOf(address: ApiAddress, request: ApiRequest): { [name: string]: string } {
  return {
    ...(address.token === null ? {} : { authorization: `Bearer ${address.token}` }),
    ...(request.ifMatch === undefined ? {} : { "if-match": request.ifMatch }),
    ...(request.isNew === true ? { "if-none-match": "*" } : {}),
  };
}

/** The problem that an answer is, as the same registered code. Pure. */
export function problemOf(answer: Pick<HttpAnswer, "status" | "json">): GluttonyError {
  const code = textAt(answer.json, "code");
  const known: Code = code !== null && isCode(code) ? code : "internal.unexpected";
  const errors = fieldAt(answer.json, "errors");
  const faults = [
    ...(Array.isArray(errors) ? errors.map(faultOf) : []),
    ...conflictFaults(fieldAt(answer.json, "conflict")),
  ];
  return new GluttonyError(
    known,
    { status: answer.status, detail: textAt(answer.json, "detail") },
    { faults },
  );
}

/** What differs between what a writer saw, what is there now, and what they wanted. */
function conflictFaults(conflict: unknown): readonly Fault[] {
  const fields = fieldAt(conflict, "fields");
  if (!Array.isArray(fields)) return [];
  return fields.map((field: unknown) => {
    const [base, current, wanted] = ["base", "current", "wanted"].map((name) =>
      JSON.stringify(fieldAt(field, name)),
    );
    const isBoth = fieldAt(field, "isConflict") === true;
    return {
      path: textAt(field, "pointer") ?? "",
      message: `${isBoth ? "changed by both: " : ""}seen ${base}, now ${current}, wanted ${wanted}`,
    };
  });
}

function faultOf(error: unknown): Fault {
  const suggestion = textAt(error, "suggestion");
  const fault = { path: textAt(error, "pointer") ?? "", message: textAt(error, "message") ?? "" };
  return suggestion === null ? fault : { ...fault, suggestion };
}

function textAt(value: unknown, name: string): string | null {
  const found = fieldAt(value, name);
  return typeof found === "string" ? found : null;
}

function fieldAt(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

import { isSecretOption, MASK } from "./secret-names.ts";

/** A piece of a connection string. All pieces after one another are the string. */
export interface ConnStringPart {
  readonly text: string;
  readonly isSecret: boolean;
  /** What the piece means: without quotes and percent-encoding. */
  readonly value: string;
}

interface Span {
  readonly from: number;
  readonly to: number;
  readonly value: string;
}

/**
 * Parts a connection string into what may be shown (host, database, user, options) and its secrets. Understands URLs and JDBC,
 * query parameters, properties behind semicolons, `key=value` of libpq, .NET and ODBC, Oracle's `user/password@place`, and
 * `user:password@place`. What it cannot read is secret as a whole. Pure.
 */
export function splitConnString(text: string): readonly ConnStringPart[] {
  const parts: ConnStringPart[] = [];
  let at = 0;
  for (const { from, to, value } of spansOf(text)) {
    if (from > at) parts.push(shown(text.slice(at, from)));
    parts.push({ text: text.slice(from, to), isSecret: true, value });
    at = to;
  }
  return at < text.length ? [...parts, shown(text.slice(at))] : parts;
}

/** A connection string that may be shown. Pure. */
export function maskConnString(text: string): string {
  return splitConnString(text)
    .map((part) => (part.isSecret ? MASK : part.text))
    .join("");
}

/** Every secret in a connection string, as it is written and as it is meant. Pure. */
export function secretsOfConnString(text: string): readonly string[] {
  const secrets = splitConnString(text).flatMap((part) => (part.isSecret ? [part.text, part.value] : []));
  return [...new Set(secrets)].filter((secret) => secret !== "");
}

function shown(text: string): ConnStringPart {
  return { text, isSecret: false, value: text };
}

const scheme = /^\s*(?:jdbc:)?[a-z][a-z0-9+.-]*(?::[a-z0-9]+)*:\/\//i;
const property = /;\s*[A-Za-z][\w .]*=/;
const firstName = /^\s*[A-Za-z_][\w .]*=/;
/** Oracle's. The place may hold anything but an `@`. */
const slashLogin = /^\s*(?:jdbc:oracle:[a-z]+:)?[^\s/@:=;]+\/(.*)@[^@]*$/is;
const colonLogin = /^\s*(?:[a-z]+:)*?[^\s/@:=;]+:(.*)@[^@]*$/is;

function spansOf(text: string): readonly Span[] {
  const begin = scheme.exec(text)?.[0].length;
  if (begin !== undefined) return urlSpans(text, begin);
  if (firstName.test(text)) return pairSpans(text, 0);
  const login = slashLogin.exec(text) ?? colonLogin.exec(text);
  if (login === null) return spanOf(text, { from: 0, to: text.length });
  const password = login[1] ?? "";
  const from = text.lastIndexOf("@") - password.length;
  return spanOf(text, { from, to: from + password.length });
}

function urlSpans(text: string, begin: number): readonly Span[] {
  const propertiesAt = property.exec(text.slice(begin))?.index;
  if (propertiesAt !== undefined) {
    const end = begin + propertiesAt;
    return [...userSpans(text, begin, end), ...pairSpans(text, end + 1)];
  }
  const query = text.indexOf("?", begin);
  const end = query < 0 ? text.length : query;
  return [...userSpans(text, begin, end), ...(query < 0 ? [] : querySpans(text, query + 1))];
}

/** Up to the last `@`: a password that should have been encoded may hold any sign. */
function userSpans(text: string, begin: number, end: number): readonly Span[] {
  const place = text.slice(begin, end);
  const [colon, at] = [place.indexOf(":"), place.lastIndexOf("@")];
  return colon >= 0 && colon < at ? spanOf(text, { from: begin + colon + 1, to: begin + at }, decoded) : [];
}

function querySpans(text: string, begin: number): readonly Span[] {
  const spans: Span[] = [];
  for (const found of text.slice(begin).matchAll(/([^&=#]*)=([^&#]*)/g)) {
    const [whole, name = "", value = ""] = found;
    const to = begin + found.index + whole.length;
    if (isSecretOption(decoded(name))) spans.push(...spanOf(text, { from: to - value.length, to }, decoded));
  }
  return spans;
}

/** The first pair tells which separator is meant: libpq's values hold no bare space. */
const semicolons = /^[^=;]*=(?:"(?:[^"]|"")*"|'(?:[^']|'')*'|\{(?:[^}]|\}\})*\}|[^;'"{\s]*)\s*;/;
const semicolonPair =
  /\s*([^=;]*?)\s*=\s*("(?:[^"]|"")*"|'(?:[^']|'')*'|\{(?:[^}]|\}\})*\}|[^;]*?)\s*(?:;|$)/y;
const spacePair =
  /\s*([A-Za-z_][\w.]*)\s*=\s*('(?:[^'\\]|\\.)*'|(?:[^\s\\']|\\.)(?:[^\s\\]|\\.)*|)(?=\s|$)/suy;

function pairSpans(text: string, begin: number): readonly Span[] {
  const isWide = semicolons.test(text.slice(begin)) || begin > 0;
  const pair = new RegExp(isWide ? semicolonPair : spacePair);
  const spans: Span[] = [];
  let at = begin;
  while (text.slice(at).trim() !== "") {
    pair.lastIndex = at;
    const found = pair.exec(text);
    // Nobody can tell what the rest is.
    if (found === null || found[0] === "") return [...spans, ...spanOf(text, { from: at, to: text.length })];
    const [whole, name = "", value = ""] = found;
    at += whole.length;
    const from = valueStart(whole, value) + at - whole.length;
    if (isSecretOption(name))
      spans.push(...spanOf(text, { from, to: from + value.length }, isWide ? unquoted : unescaped));
  }
  return spans;
}

/** Where the value lies in its pair: behind the first `=`. */
function valueStart(pair: string, value: string): number {
  return pair.indexOf(value, pair.indexOf("=") + 1);
}

function spanOf(
  text: string,
  { from, to }: { readonly from: number; readonly to: number },
  meaning: (written: string) => string = (written) => written,
): readonly Span[] {
  return from === to ? [] : [{ from, to, value: meaning(text.slice(from, to)) }];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function unquoted(text: string): string {
  const quote = text[0];
  if (text.length < 2 || !isQuoted(text)) return text;
  const end = quote === "{" ? "}" : (quote ?? "");
  return text.slice(1, -1).replaceAll(end + end, end);
}

function isQuoted(text: string): boolean {
  return /^(?:".*"|'.*'|\{.*\})$/s.test(text);
}

function unescaped(text: string): string {
  const inside = /^'.*'$/s.test(text) ? text.slice(1, -1) : text;
  return inside.replaceAll(/\\(.)/gs, "$1");
}

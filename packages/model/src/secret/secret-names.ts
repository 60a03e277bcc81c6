/** What stands for a secret. */
export const MASK = "********";

const secretName =
  /pass(word|phrase|wd)?|pwd|secret|token|credential|sasl\.jaas\.config|basic\.auth\.user\.info|connection\.(uri|url)|aws\.(access|secret|session)|private|(^|[._-])(api|access|encryption|ssl|master)[._-]?key/i;

/** Whether an option's value is a secret: by its definition where there is one, by its name in any case. Pure. */
export function isSecretOption(name: string, definitionType?: string): boolean {
  return definitionType?.toUpperCase() === "PASSWORD" || secretName.test(name);
}

const words = "(?:pass(?:word|wd|phrase)?|pwd|secret|token|credentials?|api[_-]?key)";
/** `"password": "…"`. */
const members = new RegExp(String.raw`(${words}"\s*:\s*")(?!\$\{)(?:[^"\\]|\\.)+`, "gi");
/** The same where the JSON stands in a text of JSON. */
const innerMembers = new RegExp(String.raw`(${words}\\+"\s*:\s*\\+")(?!\$\{)(?:[^"\\]|\\(?!\\*"))+`, "gi");
/** A quote that ends no text of JSON: behind such an end stands what holds the document together, or nothing. */
const looseQuote = String.raw`["'](?![\s,:;}\])]|$)`;
/** `password='…'`, where quotes of JSON are no part of it. */
const single = String.raw`'(?!\$\{)(?:[^'"\\]|\\.|"(?![\s,:;}\])]|$))*'`;
/** `password="…"` out of JSON. Behind a quote that ends a text of JSON nothing of a value could stand. */
const double = String.raw`"(?!\$\{|\s*[,:}\]])(?:[^"\\]|\\.|"")*"(?=[\s&;,.)}\]>]|$)`;
/** The same within a text of JSON, where its quotes are escaped: both alike, or the second one ends the text. */
const escaped = String.raw`(?<escape>\\(?:\\\\)*)"(?!\$\{|\s*[,:}\]])(?:[^"\\]|\\(?!\\*"))*\k<escape>"`;
/** `password=…` up to where such a value ends; a sign that could end it may stand within. */
const bare = String.raw`(?!\$\{|["'])(?:[^\s&;,"'\\)}\]<>]|[)}\]](?=\w)|${looseQuote})+`;
const pairs = new RegExp(
  String.raw`(?<!\$\{)(${words}\s*[=:]\s*)(?:${single}|${double}|${escaped}|${bare})`,
  "gi",
);
const logins = new RegExp(
  String.raw`([a-z][a-z0-9+.-]*:\/\/)(?:[^\s/?#"'\\<>]|${looseQuote}|\\(?!\\*["']))*@`,
  "gi",
);
/** Whatever any of the four finds holds one of these; most texts hold none, and one pass over them is enough to know. */
const hint = /pass|pwd|secret|token|credential|api[_-]?key|:\/\//i;

/**
 * The second net, for secrets that nobody knows: values that are named like secrets, and the user part of URLs. Texts of JSON
 * stay JSON, and references such as `${env:NAME}` stay as they are. Pure.
 */
export function maskByName(text: string): string {
  if (!hint.test(text)) return text;
  return text
    .replaceAll(logins, `$1${MASK}@`)
    .replaceAll(members, `$1${MASK}`)
    .replaceAll(innerMembers, `$1${MASK}`)
    .replaceAll(pairs, `$1${MASK}`);
}

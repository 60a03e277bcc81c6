/** Shorter pieces of base64 occur by chance. */
const windowLengthMin = 6;

/** Every way in which a text may write a secret: as it is, and percent-, JSON-, base64- and hex-encoded. Longest first. Pure. */
export function formsOf(secret: string): readonly string[] {
  if (secret === "") return [];
  const bytes = Buffer.from(secret, "utf8");
  const forms = [
    secret,
    ...percentForms(secret, bytes),
    ...jsonForms(secret),
    ...base64Forms(bytes),
    ...hexForms(bytes),
  ];
  return [...new Set(forms)].toSorted((one, other) => other.length - one.length);
}

/** Encoders differ in what they leave as it is, and in how they write the digits. */
function percentForms(secret: string, bytes: Buffer): readonly string[] {
  // Half of a surrogate pair has no percent-encoding.
  const text = secret.replaceAll(/\p{Surrogate}/gu, "\uFFFD");
  const component = encodeURIComponent(text);
  const strict = component.replaceAll(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  const query = new URLSearchParams([["", text]]).toString().slice(1);
  const every = [...bytes].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
  const forms = [component, strict, encodeURI(text), query, userPart(text), every, every.toUpperCase()];
  return forms.flatMap((form) => [form, lowerDigits(form)]);
}

function lowerDigits(form: string): string {
  return form.replaceAll(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase());
}

/** As a URL holds it before the host. */
function userPart(text: string): string {
  const url = new URL("http://host");
  url.password = text;
  return url.password;
}

/** In JSON, in JSON within JSON, and as writers of ASCII alone and of scripts escape it. */
function jsonForms(secret: string): readonly string[] {
  const once = jsonInside(secret);
  const ascii = once.replaceAll(/[^\x20-\x7e]/g, unicodeEscape);
  const forms = [
    once,
    ascii,
    ascii.replaceAll(/\\u[0-9a-f]{4}/g, upperEscape),
    once.replaceAll("/", String.raw`\/`),
  ];
  return [...forms, jsonInside(once), jsonInside(ascii)];
}

function jsonInside(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function unicodeEscape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function upperEscape(escape: string): string {
  return `\\u${escape.slice(2).toUpperCase()}`;
}

/** Alone, and as it stands within something longer, such as the login `user:password`: each of three places of a byte. */
function base64Forms(bytes: Buffer): readonly string[] {
  const alone = bytes.toString("base64");
  const windows = [0, 1, 2].map((shift) => base64Window(bytes, shift));
  const forms = [
    alone,
    alone.replaceAll("=", ""),
    ...windows.filter((form) => form.length >= windowLengthMin),
  ];
  return forms.flatMap((form) => [form, form.replaceAll("+", "-").replaceAll("/", "_")]);
}

/** The digits that the bytes alone decide when `shift` others come first. */
function base64Window(bytes: Buffer, shift: number): string {
  const shifted = Buffer.concat([Buffer.alloc(shift), bytes]).toString("base64");
  return shifted.slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + bytes.length) * 8) / 6));
}

function hexForms(bytes: Buffer): readonly string[] {
  const lower = bytes.toString("hex");
  return [lower, lower.toUpperCase()];
}

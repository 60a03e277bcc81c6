import { canaryMarks } from "./canary.ts";

/** A canary where none may be. */
export interface FoundCanary {
  readonly where: string;
  readonly kind: string;
  /** How it is written there. */
  readonly form: string;
  /** What stands around it, for the person who looks for the leak. */
  readonly around: string;
}

interface Form {
  readonly kind: string;
  readonly form: string;
  readonly bytes: Buffer;
}

const aroundBytes = 60;

/**
 * Looks for every canary in bytes or a text: as it is, in base64 at each of three places, percent-encoded, in hexadecimal
 * digits, in UTF-16, and escaped as JSON. One of each kind and form is told.
 */
export function findCanaries(where: string, content: string | Uint8Array): readonly FoundCanary[] {
  const bytes = typeof content === "string" ? Buffer.from(content, "utf8") : Buffer.from(content);
  return forms.flatMap(({ kind, form, bytes: sought }) => {
    const at = bytes.indexOf(sought);
    if (at < 0) return [];
    const around = bytes.subarray(Math.max(0, at - aroundBytes), at + sought.length + aroundBytes);
    return [{ where, kind, form, around: around.toString("utf8") }];
  });
}

const forms: readonly Form[] = Object.entries(canaryMarks).flatMap(([kind, mark]) =>
  Object.entries(formsOf(mark)).flatMap(([form, writings]) =>
    [...writings].map((bytes) => ({
      kind,
      form,
      bytes: typeof bytes === "string" ? Buffer.from(bytes) : bytes,
    })),
  ),
);

function formsOf(mark: string): { readonly [form: string]: readonly (string | Buffer)[] } {
  const bytes = Buffer.from(mark);
  const hex = bytes.toString("hex");
  const percent = hex.replaceAll(/../g, "%$&");
  const component = encodeURIComponent(mark);
  const query = new URLSearchParams([["", mark]]).toString().slice(1);
  const json = JSON.stringify(mark).slice(1, -1);
  const ascii = mark.replaceAll(/[^ -~]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16)}`);
  const utf16 = Buffer.from(mark, "utf16le");
  return {
    raw: [mark],
    JSON: [json, JSON.stringify(json).slice(1, -1), ascii, ascii.toUpperCase().replaceAll("\\U", "\\u")],
    percent: [component, lowerDigits(component), query, lowerDigits(query), percent, percent.toUpperCase()],
    hex: [hex, hex.toUpperCase()],
    "UTF-16": [utf16, Buffer.from(utf16).swap16()],
    base64: [0, 1, 2].flatMap((shift) => {
      const window = base64Window(bytes, shift);
      return [window, window.replaceAll("+", "-").replaceAll("/", "_")];
    }),
  };
}

function lowerDigits(text: string): string {
  return text.replaceAll(/%../g, (escape) => escape.toLowerCase());
}

/** The digits of base64 that do not depend on what stands before and behind. */
function base64Window(bytes: Buffer, shift: number): string {
  const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString("base64");
  return text.slice([0, 2, 3][shift], Math.floor(((shift + bytes.length) * 4) / 3));
}

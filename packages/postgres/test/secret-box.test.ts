import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createSecretBox } from "../src/secret-box.ts";

const place = { table: "cdc.consumer", column: "conn_string", row: "7" };
const box = createSecretBox(randomBytes(32).toString("base64"));
const unreadable = expect.objectContaining({ code: "secret.unreadable" });

describe("the secret box", () => {
  test("any text opens to itself", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        expect(box.openText(box.sealText(text, place), place)).toBe(text);
      }),
    );
  });

  test("any bytes open to themselves", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => {
        expect(new Uint8Array(box.open(box.seal(bytes, place), place))).toEqual(bytes);
      }),
    );
  });

  test("the same text never seals to the same envelope", () => {
    expect(box.sealText("x", place)).not.toBe(box.sealText("x", place));
  });

  test("an envelope has the form that is documented", () => {
    const [name, version, nonce = "", body = "", ...rest] = box.sealText("abc", place).split(":");

    expect([name, version, rest]).toEqual(["enc", "v1", []]);
    expect(Buffer.from(nonce, "base64")).toHaveLength(12);
    expect(Buffer.from(body, "base64")).toHaveLength(3 + 16);
  });

  test("every bit counts", () => {
    const sealed = box.seal(Buffer.from("secret"), place);

    for (let index = 0; index < sealed.length; index += 1) {
      const changed = Buffer.from(sealed);
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(() => box.open(changed, place)).toThrow(unreadable);
    }
  });

  test.each(["", "enc:v1:", "enc:v1:a", "enc:v1:AAAA:AAAA", "enc:v1:a:b:c", "clear"])(
    "%j is no envelope that opens",
    (text) => {
      expect(() => box.openText(text, place)).toThrow(unreadable);
    },
  );

  test.each([{ table: "other" }, { column: "other" }, { row: "8" }])(
    "an envelope does not open in %j",
    (changes) => {
      const envelope = box.sealText("x", place);

      expect(() => box.openText(envelope, { ...place, ...changes })).toThrow(unreadable);
    },
  );

  test("a passphrase makes the same key on every host, and a shorter text is refused", () => {
    const sealed = createSecretBox("sixteen letters!").sealText("x", place);

    expect(createSecretBox(" sixteen letters!\n").openText(sealed, place)).toBe("x");
    expect(() => createSecretBox("sixteen letters?").openText(sealed, place)).toThrow(unreadable);
    expect(() => createSecretBox("fifteen letters")).toThrow(
      expect.objectContaining({ code: "config.invalid" }),
    );
  });

  test("a refusal holds neither the text nor the key", () => {
    const attempt = (): unknown => box.openText("enc:v1:hunter2:hunter2", place);

    expect(attempt).toThrow(expect.not.objectContaining({ message: expect.stringContaining("hunter2") }));
  });
});

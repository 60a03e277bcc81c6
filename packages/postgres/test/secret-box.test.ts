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
    const [name, version, keyId, nonce = "", body = "", ...rest] = box.sealText("abc", place).split(":");

    expect([name, version, keyId, rest]).toEqual(["enc", "v2", box.keyId, []]);
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

  test("what was sealed before keys had names opens, too", () => {
    const [text, bytes] = [box.sealText("x", place), box.seal(Buffer.from("y"), place)];

    expect(box.openText(text.replace(/^enc:v2:[0-9a-f]{8}:/, "enc:v1:"), place)).toBe("x");
    expect(box.open(Buffer.concat([Buffer.of(1), bytes.subarray(5)]), place).toString()).toBe("y");
  });

  test("while two keys are active either opens, and only the current one seals", () => {
    const keys = [randomBytes(32), randomBytes(32)].map((key) => key.toString("base64"));
    const [oldKey = "", newKey = ""] = keys;
    const [before, both, after] = [
      createSecretBox(oldKey),
      createSecretBox(newKey, oldKey),
      createSecretBox(newKey),
    ];

    const sealed = before.sealText("x", place);
    const anew = both.sealText(both.openText(sealed, place), place);

    expect(after.openText(anew, place)).toBe("x");
    expect(anew.startsWith(after.currentText)).toBe(true);
    expect(() => before.openText(anew, place)).toThrow(unreadable);
    expect(() => after.openText(sealed, place)).toThrow(unreadable);
    expect(() => both.openText(sealed, { ...place, row: "8" })).toThrow(unreadable);
  });

  test("a fingerprint changes with value, place and key, and is four digits", () => {
    const other = createSecretBox(randomBytes(32).toString("base64"));
    const values = Array.from({ length: 50 }, (_, at) => `value ${at}`);
    const of = (one: typeof box, row = "7") =>
      values.map((value) => one.fingerprint(value, { ...place, row }));

    expect(new Set(of(box)).size).toBeGreaterThan(45);
    expect(of(box)).toEqual(of(box));
    expect(of(box)).not.toEqual(of(box, "8"));
    expect(of(box)).not.toEqual(of(other));
    expect(of(box).every((one) => /^[0-9a-f]{4}$/.test(one))).toBe(true);
  });
});

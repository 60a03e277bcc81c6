import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { KnownSecrets } from "../../src/secret/known-secrets.ts";
import { MASK } from "../../src/secret/secret-names.ts";

const around = fc.string({ unit: "binary", maxLength: 40 });
const secret = fc
  .string({ unit: "binary", minLength: 6, maxLength: 40 })
  .filter(
    (text) => !MASK.includes(text.trim()) && !/^[A-Za-z]+$|^\d+$/.test(text) && !/\p{Surrogate}/u.test(text),
  );

/** Written without the code that is tested, as programs of others encode. */
const encoders: { readonly [name: string]: (text: string) => string } = {
  raw: (text) => text,
  percent: (text) => encodeURIComponent(text),
  "percent in lower case": (text) =>
    encodeURIComponent(text).replaceAll(/%../g, (escape) => escape.toLowerCase()),
  "every byte percent": (text) => Buffer.from(text).toString("hex").toUpperCase().replaceAll(/../g, "%$&"),
  form: (text) => new URLSearchParams({ a: text }).toString().slice(2),
  JSON: (text) => JSON.stringify(text).slice(1, -1),
  "JSON in JSON": (text) => JSON.stringify(JSON.stringify(text).slice(1, -1)).slice(1, -1),
  "JSON of ASCII": (text) =>
    JSON.stringify(text)
      .slice(1, -1)
      .replaceAll(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`),
  base64: (text) => Buffer.from(text).toString("base64"),
  base64url: (text) => Buffer.from(text).toString("base64url"),
  hex: (text) => Buffer.from(text).toString("hex"),
};

describe("what is known to be secret", () => {
  test.each(Object.keys(encoders))("is taken out of any text, written as %s", (name) => {
    const encode = encoders[name] ?? ((text: string) => text);

    fc.assert(
      fc.property(secret, around, around, (one, before, after) => {
        const known = new KnownSecrets();
        known.learn("a", [one]);

        const written = encode(one);
        for (const out of [
          known.scrubText(`${before}${written}${after}`),
          known.scrubAnswer(`${before}${written}${after}`),
        ]) {
          expect(out).toContain(MASK);
          expect(out).not.toContain(written);
        }
      }),
      { numRuns: 500 },
    );
  });

  test("is taken out of a login in base64, at whichever place it stands", () => {
    fc.assert(
      fc.property(secret, fc.string({ maxLength: 7 }), fc.string({ maxLength: 7 }), (one, user, rest) => {
        const known = new KnownSecrets();
        known.learn("a", [one]);

        const login = Buffer.from(`${user}:${one}${rest}`).toString("base64");
        const left = Buffer.from(known.scrubText(login).replaceAll(MASK, ""), "base64").toString("utf8");

        expect(known.scrubText(login)).toContain(MASK);
        expect(left).not.toContain(one);
      }),
    );
  });

  test("leaves every other text as it is", () => {
    const known = new KnownSecrets();
    known.learn("a", ["Tr0ub4dor&3"]);

    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        fc.pre(!text.includes("Tr0ub"));
        expect(known.scrubAnswer(text)).toBe(text);
      }),
    );
  });

  test("keeps an answer in JSON readable", () => {
    fc.assert(
      fc.property(secret, around, (one, other) => {
        const known = new KnownSecrets();
        known.learn("a", [one]);

        const out: unknown = JSON.parse(known.scrubAnswer(JSON.stringify({ x: `${other}${one}` })));

        expect(JSON.stringify(out)).toContain(MASK);
      }),
    );
  });

  test.each(["a", "pw", "12345"])("but %j is too short to be looked for", (short) => {
    const known = new KnownSecrets();
    known.learn("a", [short]);

    expect(known.scrubText(`a pw in 12345 texts`)).toBe("a pw in 12345 texts");
  });

  test("a plain word is taken out of texts as a word, and stays in answers", () => {
    const known = new KnownSecrets();
    known.learn("a", ["postgres"]);

    expect(known.scrubText("postgres at postgresql, and my_postgres")).toBe(
      `${MASK} at postgresql, and my_postgres`,
    );
    expect(known.scrubAnswer('{"data_source":"postgres"}')).toBe('{"data_source":"postgres"}');
  });

  test("takes the longer of two out as a whole", () => {
    const known = new KnownSecrets();
    known.learn("a", ["hunter2hunter2", "hunter2"]);

    expect(known.scrubText("hunter2hunter2 hunter2")).toBe(`${MASK} ${MASK}`);
  });

  test("a secret that was replaced is kept out a while longer, and then no more", () => {
    let nowMs = 0;
    const known = new KnownSecrets({ now: () => nowMs, formerMs: 1_000 });
    known.learn("a", ["former-1"]);
    known.learn("a", ["newer-22"]);
    known.learn("b", ["other-3x"]);
    known.forget("b");

    const before = known.scrubText("former-1 newer-22 other-3x");
    nowMs = 1_000;
    const after = known.scrubText("former-1 newer-22 other-3x");

    expect(before).toBe(`${MASK} ${MASK} ${MASK}`);
    expect(after).toBe(`former-1 ${MASK} other-3x`);
  });

  test("two places may hold the same, and one of them may leave", () => {
    let nowMs = 0;
    const known = new KnownSecrets({ now: () => nowMs, formerMs: 10 });
    known.learn("a", ["shared-pw"]);
    known.learn("b", ["shared-pw"]);
    known.forget("a");
    nowMs = 20;

    expect(known.scrubText("shared-pw")).toBe(MASK);
  });
});

describe("what is only named like a secret", () => {
  const known = new KnownSecrets();

  test.each([
    ["jdbc:postgresql://dbz:pw@his/emr", `jdbc:postgresql://${MASK}@his/emr`],
    ["url?password=hunter2 x", `url?password=${MASK} x`],
    ["Password=p;User=u", `Password=${MASK};User=u`],
    ["password='a b' rest", `password=${MASK} rest`],
    ['password="a b" rest', `password=${MASK} rest`],
    ['Password="a;b";User=u', `Password=${MASK};User=u`],
    ['pwd="a""b" rest', `pwd=${MASK} rest`],
    ['{ password: "a b", user: "u" }', `{ password: ${MASK}, user: "u" }`],
    ['token="a\\"b"', `token=${MASK}`],
    ["password=a\"b'c)d rest", `password=${MASK} rest`],
    ['postgres://u:a"b,c@h/d', `postgres://${MASK}@h/d`],
    [String.raw`postgres://u:a\b@h/d`, `postgres://${MASK}@h/d`],
    [JSON.stringify({ msg: 'x password="a b" y' }), JSON.stringify({ msg: `x password=${MASK} y` })],
    [
      JSON.stringify({ msg: JSON.stringify({ text: 'pwd="a b"' }) }),
      JSON.stringify({ msg: JSON.stringify({ text: `pwd=${MASK}` }) }),
    ],
    ['{"a":"password=","b":" it\'s","c":""}', '{"a":"password=","b":" it\'s","c":""}'],
    ['["token=" , " x"]', '["token=" , " x"]'],
    [`{"a":"pwd='x","b":"it's"}`, `{"a":"pwd='x","b":"it's"}`],
    ['password="${env:PW}" on', 'password="${env:PW}" on'],
    ['{"password":"a\\"b","x":1}', `{"password":"${MASK}","x":1}`],
    [
      JSON.stringify({ msg: JSON.stringify({ token: "t", y: 2 }) }),
      JSON.stringify({ msg: JSON.stringify({ token: MASK, y: 2 }) }),
    ],
    ["password=${env:PW} and token=${secret:emr}", "password=${env:PW} and token=${secret:emr}"],
    ['{"database.password":"${file:/x:y}"}', '{"database.password":"${file:/x:y}"}'],
    ['{"token":null,"secret":5}', '{"token":null,"secret":5}'],
    ['{"url":"http://127.0.0.1:8180","actor":"a@b"}', '{"url":"http://127.0.0.1:8180","actor":"a@b"}'],
    ['{"code":"secret.unreadable"}', '{"code":"secret.unreadable"}'],
  ])("%s becomes %s", (text, out) => {
    expect(known.scrubText(text)).toBe(out);
  });

  test("what was JSON stays JSON, whatever stands in it", () => {
    const words = fc.constantFrom(
      "password=",
      "token: ",
      "pwd='",
      'secret="',
      "http://u:p",
      "a@b",
      '"',
      "'",
      ",",
      " ",
      "\\",
    );
    const texts = fc
      .array(fc.oneof(words, fc.string({ maxLength: 4 })), { maxLength: 8 })
      .map((all) => all.join(""));

    fc.assert(
      fc.property(
        fc.jsonValue({ stringUnit: "grapheme-ascii" }),
        fc.dictionary(texts, texts),
        (value, named) => {
          const text = JSON.stringify({ value, named, inner: JSON.stringify(named) });

          expect(() => JSON.parse(known.scrubText(text))).not.toThrow();
        },
      ),
    );
  });

  test("and a long hostile text is masked in time", () => {
    const texts = ["a://", 'password="', "token='", "pwd=\\", 'secret: ""'].map((part) =>
      part.repeat(20_000),
    );
    const begun = performance.now();

    for (const text of texts) known.scrubText(text);

    expect(performance.now() - begun).toBeLessThan(5_000);
  });
});

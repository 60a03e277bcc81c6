import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { maskConnString, secretsOfConnString, splitConnString } from "../../src/secret/conn-string-parts.ts";
import { MASK } from "../../src/secret/secret-names.ts";

const name = fc.stringMatching(/^[a-z][a-z0-9]{2,9}$/);
const host = fc.oneof(name, fc.constant("10.0.0.7"), fc.constant("db.example.org"));
/** Anything that a person may choose, marked so that it cannot be a part of something else by chance. */
const password = fc
  .string({ unit: "grapheme-ascii", minLength: 1, maxLength: 20 })
  .map((text) => `Zq7${text}`)
  .filter((text) => text.trim() === text);

interface Written {
  readonly text: string;
  readonly password: string;
  readonly shown: readonly string[];
}

const libpq = (text: string): string => `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`;
const dotNet = (text: string): string => `"${text.replaceAll('"', '""')}"`;
const braces = (text: string): string => `{${text.replaceAll("}", "}}")}}`;
const percent = encodeURIComponent;

/** How each kind of program writes the same facts. */
const writers: readonly ((facts: { h: string; d: string; u: string; p: string }) => string)[] = [
  ({ h, d, u, p }) => `postgresql://${u}:${percent(p)}@${h}:5432/${d}?sslmode=require`,
  ({ h, d, u, p }) => `postgres://${h}/${d}?user=${u}&password=${percent(p)}&connect_timeout=3`,
  ({ h, d, u, p }) => `jdbc:postgresql://${h}:5432/${d}?user=${u}&password=${percent(p)}`,
  ({ h, d, u, p }) => `jdbc:mysql://${u}:${percent(p)}@${h}:3306/${d}`,
  ({ h, d, u, p }) =>
    `jdbc:sqlserver://${h}:1433;databaseName=${d};user=${u};password=${braces(p)};encrypt=true`,
  ({ h, d, u, p }) => `host=${h} port=5432 dbname=${d} user=${u} password=${libpq(p)} sslmode=prefer`,
  ({ h, d, u, p }) => `password = ${libpq(p)} host=${h} user='${u}' dbname=${d}`,
  ({ h, d, u, p }) => `Server=${h};Database=${d};User Id=${u};Password=${dotNet(p)};Pooling=true`,
  ({ h, d, u, p }) => `Data Source=${h};Pwd=${braces(p)};Initial Catalog=${d};Uid=${u};`,
  ({ h, d, u, p }) => `jdbc:oracle:thin:${u}/${percent(p)}@${h}:1521/${d}`,
  ({ h, d, u, p }) => `${u}:${percent(p)}@${h}:5432/${d}`,
];

const written: fc.Arbitrary<Written> = fc
  .record({ h: host, d: name, u: name, p: password, at: fc.nat(writers.length - 1) })
  .map(({ at, ...facts }) => ({
    text: writers[at]?.(facts) ?? "",
    password: facts.p,
    shown: [facts.h, facts.d, facts.u],
  }));

describe("a connection string", () => {
  test("is its parts, shows host, database and user, and hides the password", () => {
    fc.assert(
      fc.property(written, ({ text, password: hidden, shown }) => {
        const parts = splitConnString(text);
        const masked = maskConnString(text);

        expect(parts.map((part) => part.text).join("")).toBe(text);
        expect(parts.filter(({ isSecret }) => isSecret)).toHaveLength(1);
        expect(masked).not.toContain("Zq7");
        for (const one of shown) expect(masked).toContain(one);
        if (!/^(?:jdbc:oracle|[a-z0-9]+:Zq7)/.test(text)) expect(secretsOfConnString(text)).toContain(hidden);
        expect(
          splitConnString(masked)
            .map((part) => part.text)
            .join(""),
        ).toBe(masked);
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ["postgres://u@h/d", "postgres://u@h/d"],
    ["postgres://u:@h/d", "postgres://u:@h/d"],
    ["postgres://u:p@ss/w?rd", `postgres://u:${MASK}@ss/w?rd`],
    ["postgres://u:p/x@h/d", `postgres://u:${MASK}@h/d`],
    ["postgres://[::1]:5432/d", "postgres://[::1]:5432/d"],
    ["host=h password=a\\ b user=u", `host=h password=${MASK} user=u`],
    ["Server=h;Password=a b;Database=d", `Server=h;Password=${MASK};Database=d`],
    ["host=h sslpassword=x sslkey=y", `host=h sslpassword=${MASK} sslkey=${MASK}`],
    ["u/p@h:1521/s", `u/${MASK}@h:1521/s`],
    ["https://h/?access_token=t&x=1", `https://h/?access_token=${MASK}&x=1`],
    ["host=h password='never closed", `host=h${MASK}`],
    ["hunter2", MASK],
    ["", ""],
  ])("%j is shown as %j", (text, shown) => {
    expect(maskConnString(text)).toBe(shown);
  });

  test("any text at all is its parts", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(
          splitConnString(text)
            .map((part) => part.text)
            .join(""),
        ).toBe(text);
      }),
    );
  });
});

import { GluttonyError } from "@gluttony/model";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseConnString } from "../src/index.ts";

const parse = (text: string) => parseConnString(text, "postgresql");
const tls = (mode: string) => ({ transport: { "database.sslmode": mode } });
const plain = {
  dataSource: "postgresql",
  host: "his",
  port: 5432,
  user: "dbz",
  password: "pw",
  database: "emr",
  ...tls("prefer"),
};

describe("what is read", () => {
  test.each([
    ["postgresql://dbz:pw@his:5432/emr", plain],
    ["postgres://dbz:pw@his/emr", plain],
    ["  POSTGRES://dbz:pw@his/emr\n", plain],
    ["jdbc:postgresql://his/emr?user=dbz&password=pw", plain],
    [
      "postgresql://dbz:pw@his/emr?sslmode=verify-full&application_name=x",
      { ...plain, ...tls("verify-full") },
    ],
    ["postgresql://dbz:p%40s%3As%2F%25@his/emr", { ...plain, password: "p@s:s/%" }],
    ["postgresql://dbz:p@s:s@his/emr", { ...plain, password: "p@s:s" }],
    ["postgresql://dbz@[::1]:6432/emr", { ...plain, host: "::1", port: 6432, password: "" }],
    ["postgresql://%E7%94%A8:pw@his", { ...plain, user: "用", database: "用" }],
    ["host=his user=dbz password=pw dbname=emr", plain],
    [
      "host = his  user= dbz password ='p w\\'\\\\' dbname=emr port=5433",
      { ...plain, password: "p w'\\", port: 5433 },
    ],
    ["host=his user=dbz password='' dbname=emr", { ...plain, password: "" }],
    [
      "hostaddr=10.0.0.1 user=dbz password=a=b;c dbname=emr",
      { ...plain, host: "10.0.0.1", password: "a=b;c" },
    ],
    ["Server=his;Port=5432;Database=emr;User Id=dbz;Password=p=w;", { ...plain, password: "p=w" }],
  ])("%s", (text, expected) => {
    expect(parse(text)).toEqual(expected);
  });
});

describe("what is refused", () => {
  test.each([
    "",
    "nonsense",
    "mysql://dbz:s3cr3t@his/emr",
    "postgresql://dbz:s3cr3t@his:0/emr",
    "postgresql://dbz:s3cr3t@his:99999/emr",
    "postgresql://dbz:s3cr3t@his:5x/emr",
    "postgresql://dbz:s3cr3t@a,b/emr",
    "postgresql://dbz:s3cr3t@/emr",
    "postgresql://:s3cr3t@his/emr",
    "postgresql://dbz:s3cr3t%zz@his/emr",
    "postgresql://dbz:s3cr3t@his/emr?sslmode=s3cr3t",
    "postgresql://dbz:s3cr3t@his/emr?sslkey=/etc/s3cr3t",
    "postgresql://dbz:s3cr3t@his%20x/emr",
    "host=/var/run/s3cr3t user=dbz",
    "host=his user=dbz password='s3cr3t",
    "host=his user=dbz s3cr3t",
    "host=his password=s3cr3t",
    "service=s3cr3t",
    "postgresql://dbz:s3cr3t\0@his/emr",
    `postgresql://dbz:s3cr3t@his/${"x".repeat(5_000)}`,
  ])("%j, without repeating it", (text) => {
    const error = errorOf(() => parse(text));

    expect(error.code).toBe("connect.conn_string_invalid");
    expect(tellsOf(error)).not.toContain("s3cr3t");
  });
});

const secret = fc
  .string({ minLength: 8, maxLength: 30, unit: "binary" })
  .filter((text) => !text.includes("\0") && !/\p{Surrogate}/u.test(text));

test("every password survives a URL and libpq's form", () => {
  fc.assert(
    fc.property(secret, (password) => {
      const quoted = password.replaceAll("\\", "\\\\").replaceAll("'", "\\'");

      expect(parse(`postgresql://dbz:${encodeURIComponent(password)}@his/emr`).password).toBe(password);
      expect(parse(`host=his user=dbz password='${quoted}' dbname=emr`).password).toBe(password);
    }),
  );
});

test("no error repeats the password, wherever the text is broken", () => {
  const broken = fc.tuple(
    secret,
    fc.constantFrom("postgresql://dbz:", "host=his password=", "Server=his;Password=", ""),
    fc.string(),
  );

  fc.assert(
    fc.property(broken, ([password, before, after]) => {
      const outcome = outcomeOf(() => parse(`${before}${password}${after}`));

      expect(outcome === "read" || !outcome.includes(password)).toBe(true);
    }),
  );
});

function outcomeOf(work: () => unknown): string {
  try {
    work();
    return "read";
  } catch (error) {
    if (error instanceof GluttonyError) return tellsOf(error);
    throw error;
  }
}

function errorOf(work: () => unknown): GluttonyError {
  try {
    work();
  } catch (error) {
    if (error instanceof GluttonyError) return error;
  }
  throw new Error("Nothing was refused.");
}

function tellsOf({ message, facts, faults, cause }: GluttonyError): string {
  return JSON.stringify([message, facts, faults, cause]);
}

import { GluttonyError, type DataSourceName } from "@gluttony/model";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseSourceLogin } from "../../src/checks/source-login.ts";

const plain = { host: "his", user: "dbz", password: "pw", database: "emr" };

describe("what is read", () => {
  test.each<[DataSourceName, string, object]>([
    ["mysql", "mysql://dbz:pw@his/emr", { ...plain, port: 3306 }],
    [
      "mariadb",
      "mariadb://dbz:p%40w@his:3307/emr?sslmode=require",
      { ...plain, port: 3307, password: "p@w" },
    ],
    ["mysql", "jdbc:mysql://his:3306/emr?user=dbz&password=pw", { ...plain, port: 3306 }],
    ["mysql", "Server=his;Port=3308;Database=emr;Uid=dbz;Pwd=pw", { ...plain, port: 3308 }],
    [
      "mssql",
      "Server=tcp:his,1444;Initial Catalog=emr;User Id=dbz;Password=p=w;",
      { ...plain, port: 1444, password: "p=w" },
    ],
    ["mssql", "jdbc:sqlserver://his:1433;databaseName=emr;user=dbz;password=pw", { ...plain, port: 1433 }],
    ["mssql", "mssql://dbz:pw@[::1]:1433/emr", { ...plain, host: "::1", port: 1433 }],
    ["oracle", "dbz/pw@//his:1521/emr", { ...plain, port: 1521 }],
    ["oracle", "c##dbz/p@w/x@his/emr", { ...plain, user: "c##dbz", password: "p@w/x", port: 1521 }],
    ["oracle", "jdbc:oracle:thin:dbz/pw@his:1522:emr", { ...plain, port: 1522 }],
    ["oracle", "oracle://dbz:pw@his:1521/emr", { ...plain, port: 1521 }],
  ])("%s: %s", (source, text, expected) => {
    expect(parseSourceLogin(text, source)).toMatchObject(expected);
  });
});

describe("what is refused, without repeating it", () => {
  test.each<[DataSourceName, string]>([
    ["mysql", "nonsense s3cr3t"],
    ["mysql", "mysql://dbz:s3cr3t@/emr"],
    ["mysql", "mysql://:s3cr3t@his/emr"],
    ["mysql", "mysql://dbz:s3cr3t%zz@his/emr"],
    ["mysql", "mysql://dbz:s3cr3t@his:99999/emr"],
    ["mssql", "Password=s3cr3t"],
    ["oracle", "s3cr3t"],
    ["oracle", "dbz/s3cr3t@"],
    ["mysql", `mysql://dbz:s3cr3t@his/${"x".repeat(5_000)}`],
  ])("%s: %s", (source, text) => {
    expect(() => parseSourceLogin(text, source)).toThrow(
      expect.objectContaining({ code: "connect.conn_string_invalid" }),
    );
    expect(told(text, source)).not.toContain("s3cr3t");
  });
});

test("every password survives a URL", () => {
  const password = fc.string({ minLength: 1 }).filter((text) => !/\p{Surrogate}/u.test(text));

  fc.assert(
    fc.property(password, (text) => {
      expect(parseSourceLogin(`mysql://dbz:${encodeURIComponent(text)}@his/emr`, "mysql").password).toBe(
        text,
      );
    }),
  );
});

function told(text: string, source: DataSourceName): string {
  try {
    parseSourceLogin(text, source);
    return "";
  } catch (error) {
    return error instanceof GluttonyError ? JSON.stringify([error.message, error.facts]) : String(error);
  }
}

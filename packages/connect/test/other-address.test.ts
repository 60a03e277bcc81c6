import { GluttonyError, type DataSourceName } from "@gluttony/model";
import { describe, expect, test } from "vitest";
import { parseConnString } from "../src/index.ts";

const login = { host: "his", user: "dbz", password: "p;w", database: "emr" };

describe("what the connector is told of a connection string", () => {
  test.each<[DataSourceName, string, object]>([
    ["mysql", "mysql://dbz:p%3Bw@his/emr", { port: 3306, transport: { "database.ssl.mode": "preferred" } }],
    [
      "mysql",
      "jdbc:mysql://his:3307/emr?user=dbz&password=p%3Bw&useSSL=true",
      { port: 3307, transport: { "database.ssl.mode": "required" } },
    ],
    [
      "mysql",
      "mysql://dbz:p%3Bw@his/emr?ssl-mode=VERIFY_IDENTITY",
      { transport: { "database.ssl.mode": "verify_identity" } },
    ],
    ["mariadb", "mariadb://dbz:p%3Bw@his/emr", { transport: { "database.ssl.mode": "disable" } }],
    [
      "mariadb",
      "mariadb://dbz:p%3Bw@his/emr?sslmode=require",
      { transport: { "database.ssl.mode": "trust" } },
    ],
    [
      "mssql",
      "jdbc:sqlserver://dbz:p%3Bw@his/emr",
      { port: 1433, transport: { "driver.encrypt": "true", "driver.trustServerCertificate": "false" } },
    ],
    ["oracle", "dbz/p;w@//his:1522/emr", { port: 1522, transport: {} }],
  ])("%s: %s", (dataSource, text, expected) => {
    expect(parseConnString(text, dataSource)).toMatchObject({ ...login, dataSource, ...expected });
  });

  test("SQL Server's driver is told of encryption, instance and intent", () => {
    const text =
      "Server=tcp:his,1444;Database=emr;User Id=dbz;Password=pw;Encrypt=no;TrustServerCertificate=True;InstanceName=SQL2;ApplicationIntent=ReadOnly";

    expect(parseConnString(text, "mssql")).toMatchObject({
      port: 1444,
      transport: {
        "driver.encrypt": "false",
        "driver.trustServerCertificate": "true",
        "database.instance": "SQL2",
        "driver.applicationIntent": "ReadOnly",
      },
    });
  });
});

describe("what is refused, without repeating it", () => {
  test.each<[DataSourceName, string]>([
    ["mssql", "Server=his;User Id=dbz;Password=s3cr3t"],
    ["mssql", "Server=his;Database=emr;User Id=dbz;Password=s3cr3t;Encrypt=strict"],
    ["mssql", "Server=his;Database=emr;User Id=dbz;Password=s3cr3t;Integrated Security=true"],
    ["mysql", "mysql://dbz:s3cr3t@his/emr?sslmode=s3cr3t"],
    ["mysql", "mysql://dbz:s3cr3t@his/emr?trustCertificateKeyStoreUrl=file:/s3cr3t"],
    ["mysql", "mysql://:s3cr3t@his/emr"],
    ["mariadb", "mariadb://dbz:s3cr3t@his/emr?sslmode=prefer"],
    ["oracle", "dbz/s3cr3t@//his:1521/"],
  ])("%s: %s", (dataSource, text) => {
    const error = refusalOf(text, dataSource);

    expect(error.code).toBe("connect.conn_string_invalid");
    expect(JSON.stringify([error.message, error.facts, error.faults])).not.toContain("s3cr3t");
  });
});

function refusalOf(text: string, dataSource: DataSourceName): GluttonyError {
  try {
    parseConnString(text, dataSource);
  } catch (error) {
    if (error instanceof GluttonyError) return error;
  }
  throw new Error("Nothing was refused.");
}

import { describe, expect, test } from "vitest";
import { sourceRow } from "../src/checks/source-rows.ts";
import { listOtherTables, tableStatements } from "../src/dialects/list-tables.ts";

/** A source that answers the statement with rows as its driver gives them, and keeps what was done with it. */
function recorded(answer: readonly object[] | Error) {
  const seen: string[] = [];
  return {
    seen,
    open: async (dataSource: string) => ({
      async rows(statement: string) {
        seen.push(`${dataSource} ${statement}`);
        if (answer instanceof Error) throw answer;
        return answer.map(sourceRow);
      },
      async close() {
        seen.push("closed");
      },
    }),
    async admit({ host, port }: { readonly host: string; readonly port: number }) {
      seen.push(`admitted ${host}:${port}`);
    },
  };
}

const tables = [
  { name: "emr.order_item", hasPrimaryKey: false },
  { name: "emr.patient", hasPrimaryKey: true },
];

describe("the tables of a source", () => {
  test.each([
    [
      "mysql",
      "mysql://dbz:p@db/emr",
      [
        { name: "emr.order_item", has_key: 0 },
        { name: "emr.patient", has_key: 1 },
      ],
      3306,
    ],
    [
      "mariadb",
      "mariadb://dbz:p@db/emr",
      [
        { name: "emr.order_item", has_key: 0n },
        { name: "emr.patient", has_key: 1n },
      ],
      3306,
    ],
    [
      "mssql",
      "Server=db;Database=emr;User Id=dbz;Password=p",
      [
        { name: "emr.order_item", has_key: 0 },
        { name: "emr.patient", has_key: 1 },
      ],
      1433,
    ],
    [
      "oracle",
      "oracle://dbz:p@db/emr",
      [
        { NAME: "emr.order_item", HAS_KEY: 0 },
        { NAME: "emr.patient", HAS_KEY: 1 },
      ],
      1521,
    ],
  ] as const)("are those that %s names", async (dataSource, connString, rows, port) => {
    const source = recorded(rows);

    expect(await listOtherTables({ dataSource, connString }, source)).toEqual(tables);
    expect(source.seen).toEqual([
      `admitted db:${port}`,
      `${dataSource} ${tableStatements[dataSource]}`,
      "closed",
    ]);
  });

  test("are not read from where no source may be", async () => {
    const source = { ...recorded([]), admit: () => Promise.reject(new Error("refused")) };

    await expect(
      listOtherTables({ dataSource: "mysql", connString: "mysql://dbz:p@db/emr" }, source),
    ).rejects.toThrow("refused");
    expect(source.seen).toEqual([]);
  });

  test("that cannot be read are told without what the driver says", async () => {
    const source = recorded(new Error("the text quotes hunter2"));
    const asked = listOtherTables({ dataSource: "mysql", connString: "mysql://dbz:p@db/emr" }, source);

    const error: unknown = await asked.catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ code: "connect.source_unreachable", facts: { data_source: "mysql" } });
    expect(JSON.stringify(error)).not.toContain("hunter2");
    expect(source.seen.at(-1)).toBe("closed");
  });
});

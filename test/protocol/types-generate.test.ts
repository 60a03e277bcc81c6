import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readSourceColumns } from "@gluttony/postgres";
import { runCommand } from "../support/host.ts";
import { makeDatabase, stack } from "../support/stack.ts";
import type { TestDatabase } from "../support/stack.ts";

const root = resolve(import.meta.dirname, "../..");

describe.skipIf(stack().postgresUnavailable !== "")("gluttony types", () => {
  let database: TestDatabase;
  let folder = "";

  beforeAll(async () => {
    database = await makeDatabase("types");
    await database.execute(`
      create schema his;
      create type his.sex as enum ('F', 'M', 'other, or none');
      create domain his.mrn_t as varchar(20) not null;
      create domain his.mrn as his.mrn_t;
      create type his.addr as (street text, zip text);
      create table his.patient (
        id bigint primary key, mrn his.mrn, name text not null, weight numeric(5,2), sex his.sex, aliases text[],
        sexes his.sex[], born date not null, address his.addr, dropped int, at timestamp(3));
      alter table his.patient drop column dropped;
      create table his.whole (id int primary key, note text);
      alter table his.whole replica identity full;
    `);
    folder = await mkdtemp(join(tmpdir(), "gluttony-types-"));
    await mkdir(join(folder, "node_modules/@gluttony"), { recursive: true });
    await symlink(join(root, "packages/sdk"), join(folder, "node_modules/@gluttony/sdk"));
    await writeFile(join(folder, "package.json"), '{"type":"module"}');
  });

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
    await database?.[Symbol.asyncDispose]();
  });

  /** What the compiler says of a handler's function body, its row typed by the generated file. */
  async function compiled(body: string): Promise<string> {
    const handler = `import { defineHandler } from "@gluttony/sdk";
import type { Change } from "@gluttony/sdk";
import type { HisPatient } from "./rows.ts";
export const onPatient = defineHandler({
  name: "onPatient",
  config: { type: "object", required: ["url"], properties: { url: { type: "string" } } },
  handle({ after, before }: Change<HisPatient>, { config }) {
    const url: string = config.url;
    void url;
    if (after === null) return undefined;
    ${body}
    return undefined;
  },
});
`;
    await writeFile(join(folder, "handler.ts"), handler);
    const options = [
      "--noEmit",
      "--strict",
      "--module",
      "nodenext",
      "--target",
      "es2023",
      "--allowImportingTsExtensions",
    ];
    const { stdout } = spawnSync(
      join(root, "node_modules/.bin/tsc"),
      [...options, "--noUncheckedIndexedAccess", "--exactOptionalPropertyTypes", "--types", "", "handler.ts"],
      { cwd: folder, encoding: "utf8" },
    );
    return stdout;
  }

  test("the catalogue says columns, domains, enums and what may be null", async () => {
    const found = await readSourceColumns(database.url, { schema: "his", table: "patient" });

    expect(found?.primaryKey).toEqual(["id"]);
    expect(found?.isIdentityFull).toBe(false);
    expect(found?.columns.map(({ name, type, isNullable }) => [name, type, isNullable])).toEqual([
      ["id", "bigint", false],
      ["mrn", "character varying(20)", false],
      ["name", "text", false],
      ["weight", "numeric(5,2)", true],
      ["sex", "enum", true],
      ["aliases", "text[]", true],
      ["sexes", "enum[]", true],
      ["born", "date", false],
      ["address", "his.addr", true],
      ["at", "timestamp(3) without time zone", true],
    ]);
    expect(found?.columns.find(({ name }) => name === "sex")?.enumNames).toEqual([
      "F",
      "M",
      "other, or none",
    ]);
    expect(await readSourceColumns(database.url, { schema: "his", table: "nobody" })).toBeNull();
  });

  test("generate: a handler on the generated type compiles, and one that names a wrong column does not", async () => {
    const rows = join(folder, "rows.ts");
    const words = ["types", "generate", "--table", "his.patient", "--table", "his.whole", "--out", rows];
    const run = await runCommand([...words, "--database", "${env:HIS}"], { HIS: database.url });
    const good = `
      const id: bigint = after.id;
      const kilograms: string | undefined = after.weight?.toString();
      const sex: "F" | "M" | "other, or none" | null = after.sex;
      const name: string = after.name ?? "left out";
      const born: string | undefined = before?.born;
      void [id, kilograms, sex, name, born];`;

    expect(run).toMatchObject({ code: 0 });
    expect(await readFile(rows, "utf8")).toContain(
      "export type HisWhole = {\n  readonly id: number;\n  readonly note: string | null;\n};",
    );
    expect(await compiled(good)).toBe("");
    expect(await compiled("void after.nmae;")).toContain("error TS2339");
    expect(await compiled("void after.dropped;")).toContain("error TS2339");
    expect(await compiled("const id: number = after.id;")).toContain("error TS2322");
    expect(await compiled("const name: string = after.name;")).toContain("error TS2322");
    expect(await compiled('if (after.sex === "X") return undefined;')).toContain("error TS2367");
  });

  test("columns: prints what configuration.decoding takes", async () => {
    const run = await runCommand(
      ["types", "columns", "--database", database.url, "--table", "his.whole"],
      {},
    );

    expect(JSON.parse(run.stdout)).toEqual({ tables: { "his.whole": { id: "integer", note: "text" } } });
  });

  test("what is not there is named, and the address is not shown", async () => {
    const absent = await runCommand(
      ["types", "columns", "--database", database.url, "--table", "his.nobody"],
      {},
    );
    const nowhere = "postgresql://user:K4n4r1enV0gel@127.0.0.1:1/none";
    const unreachable = await runCommand(["types", "columns", "--database", nowhere, "--table", "t"], {});
    const nothing = await runCommand(["types", "generate"], {});

    expect(absent).toMatchObject({ code: 2, stderr: expect.stringContaining("types.table_missing") });
    expect(unreachable.stderr).toContain("connect.source_unreachable");
    expect(unreachable.stderr).not.toContain("K4n4r1enV0gel");
    expect(nothing).toMatchObject({ code: 2, stderr: expect.stringContaining("types.source_missing") });
  });
});

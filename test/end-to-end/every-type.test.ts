import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Pool } from "@gluttony/postgres";
import { readSourceColumns } from "@gluttony/postgres";
import { fixturePlugin } from "../support/cells.ts";
import { compareRow, knownLosses } from "../support/every-type/compare.ts";
import type { Comparison } from "../support/every-type/compare.ts";
import {
  insertExtremes,
  insertLarge,
  insertNormal,
  makeTables,
  testedColumns,
} from "../support/every-type/columns.ts";
import { selectRows } from "../support/every-type/expected.ts";
import type { SelectedRow } from "../support/every-type/expected.ts";
import { connectorOf, testedModes } from "../support/every-type/modes.ts";
import type { TestedMode } from "../support/every-type/modes.ts";
import { showRows } from "../support/every-type/shown-rows.ts";
import type { ShownChange, ShownRows } from "../support/every-type/shown-rows.ts";
import { until } from "../support/host.ts";
import { Scene } from "../support/scene.ts";
import { type Source, makeSource } from "../support/source-table.ts";
import { openPool } from "../support/sql.ts";
import { stack } from "../support/stack.ts";

const snapshotLimitMs = 90_000;
const streamLimitMs = 60_000;
const suffix = Date.now().toString(36);

/** Rows of a table when the snapshot was made, and after each step of the stream. */
type Selections = ReadonlyMap<string, ReadonlyMap<number, SelectedRow>>;

describe.skipIf(stack().unavailable !== "")(
  "every type of PostgreSQL, in every mode of its connector",
  () => {
    let source: Source;
    let scene: Scene;
    let rows: ShownRows;
    let pool: Pool;
    const selected = new Map<string, ReadonlyMap<number, SelectedRow>>();

    beforeAll(async () => {
      source = await makeSource();
      const name = new URL(source.connString).pathname.slice(1);
      await source.pool.query(`alter database "${name}" set timezone to 'UTC'`);
      await source.pool.query(`alter database "${name}" set intervalstyle to 'iso_8601'`);
      pool = openPool(source.connString);
      await pool.query(makeTables());
      await run([insertNormal("every_type", 1), "insert into his.every_type (id) values (2)"]);
      await run([insertNormal("whole", 1), insertLarge(1), ...insertExtremes(1)]);
      await remember("snapshot");
      rows = await showRows();
      scene = await Scene.open({ OMIGA_HOST: rows.url });
      await scene.install(fixturePlugin("shows-rows"), ["${env:OMIGA_HOST}"]);
      await scene.host.start();
      await Promise.all(testedModes.map(startMode));
      const ofSnapshot = (mode: TestedMode): number =>
        4 + (mode.takesExtremes ? insertExtremes(1).length : 0);
      await untilShown(ofSnapshot, snapshotLimitMs);
      await stream();
      await untilShown(
        (mode) => ofSnapshot(mode) + 8 + (mode.takesExtremes ? insertExtremes(1).length : 0),
        streamLimitMs,
      );
    }, 240_000);

    afterAll(async () => {
      await Promise.all(testedModes.map((mode) => fetch(connectorUrl(mode), { method: "DELETE" })));
      await scene[Symbol.asyncDispose]();
      await rows[Symbol.asyncDispose]();
      await pool.close();
      for (const { name } of testedModes) {
        await source.pool
          .query(
            "select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = $1",
            [slotOf(name)],
          )
          .catch(() => undefined);
      }
      await source[Symbol.asyncDispose]();
    });

    async function run(statements: readonly string[]): Promise<void> {
      for (const statement of statements) await pool.query(statement);
    }

    async function remember(step: string): Promise<void> {
      for (const table of ["every_type", "whole", "extreme"]) {
        selected.set(`${step}/${table}`, await selectRows(pool, table));
      }
    }

    /** Insert, update, update to null, delete; the same on a table with whole old rows; large values that stay. */
    async function stream(): Promise<void> {
      await run([insertNormal("every_type", 11), insertNormal("whole", 11), ...insertExtremes(101)]);
      await remember("inserted");
      await run([
        "update his.every_type set label = 'changed' where id = 11",
        "update his.whole set label = 'changed' where id = 11",
      ]);
      await remember("updated");
      const nulls = testedColumns.map(({ name }) => `${name} = null`).join(", ");
      await run([`update his.every_type set ${nulls} where id = 11`]);
      await remember("emptied");
      await run(["update his.large set v = 2 where id = 1"]);
      await run(["delete from his.every_type where id = 11", "delete from his.whole where id = 11"]);
    }

    async function startMode(mode: TestedMode): Promise<void> {
      const topic = await scene.makeTopic();
      const config = connectorOf(mode, { topic, connString: source.connString, suffix });
      const headers = { "Content-Type": "application/json" };
      const made = await fetch(`${connectorUrl(mode)}/config`, {
        method: "PUT",
        headers,
        body: JSON.stringify(config),
      });
      if (!made.ok) throw new Error(await made.text());
      const tables = mode.hasSchema ? {} : await declaredTables();
      await scene.insert({
        name: mode.name,
        topic,
        handlerFunc: "@fixtures/shows-rows",
        configuration: {
          handler: { url: `${rows.url}/${mode.name}` },
          decoding: { tables, modes: mode.modes },
        },
      });
    }

    /** What `gluttony types columns` prints. */
    async function declaredTables(): Promise<object> {
      const tables = ["every_type", "whole", "extreme", "large"].map(async (table) => {
        const found = await readSourceColumns(source.connString, { schema: "his", table });
        return [
          `his.${table}`,
          Object.fromEntries((found?.columns ?? []).map(({ name, type }) => [name, type])),
        ];
      });
      return Object.fromEntries(await Promise.all(tables));
    }

    async function untilShown(countOf: (mode: TestedMode) => number, limitMs: number): Promise<void> {
      const isShown = await until(
        async () => testedModes.every((mode) => rows.of(mode.name).length >= countOf(mode)),
        limitMs,
      );
      if (isShown) return;
      const counts = testedModes.map(
        (mode) => `${mode.name} ${rows.of(mode.name).length} of ${countOf(mode)}`,
      );
      const states = await Promise.all(
        testedModes.map(async (mode) => (await fetch(`${connectorUrl(mode)}/status`)).text()),
      );
      const letters = (await scene.get("/api/v1/dead-letters?limit=20")).text;
      throw new Error([...counts, letters, ...states.filter((state) => state.includes("FAILED"))].join("\n"));
    }

    function changes(mode: TestedMode, table: string, operation: string): readonly ShownChange[] {
      return rows.of(mode.name).filter((one) => one.table === table && one.operation === operation);
    }

    /** Compares rows of changes with what SELECT said of them. */
    function compared(
      mode: TestedMode,
      shown: readonly ShownChange[],
      step: string,
      side: "before" | "after" = "after",
    ): Comparison {
      const all = shown.map((change) => {
        const row = change[side] ?? {};
        const id = Number(Reflect.get(Object(row["id"]), "number"));
        const select = (selected as Selections).get(`${step}/${change.table}`)?.get(id);
        if (select === undefined) throw new Error(`no row ${id} of ${change.table}`);
        const result = compareRow(row, select, { mode, isSnapshot: change.isSnapshot });
        return { ...result, wrong: result.wrong.map((line) => `${change.table} ${id} ${line}`) };
      });
      const lost = new Map<string, number>();
      for (const one of all)
        for (const [name, count] of one.lost) lost.set(name, (lost.get(name) ?? 0) + count);
      return {
        equal: all.reduce((sum, { equal }) => sum + equal, 0),
        lost,
        wrong: all.flatMap(({ wrong }) => wrong),
      };
    }

    describe.each(testedModes.map((mode) => [mode.name, mode] as const))("%s", (_name, mode) => {
      test("rows of the snapshot are what SELECT says", () => {
        const shown = ["every_type", "whole", "extreme"].flatMap((table) => changes(mode, table, "snapshot"));

        const { wrong, equal, lost } = compared(mode, shown, "snapshot");

        expect(wrong).toEqual([]);
        expect(lost).toEqual(knownLosses(mode, true));
        expect(equal + sum(lost)).toBe(shown.length * testedColumns.length);
      });

      test("inserted rows are what SELECT says", () => {
        const shown = ["every_type", "whole", "extreme"].flatMap((table) => changes(mode, table, "insert"));

        const { wrong, equal, lost } = compared(mode, shown, "inserted");

        expect(wrong).toEqual([]);
        expect(lost).toEqual(knownLosses(mode, false));
        expect(equal + sum(lost)).toBe(shown.length * testedColumns.length);
      });

      test("updated rows are what SELECT says, and no value of them is in doubt that was there", () => {
        const [updated, emptied] = changes(mode, "every_type", "update");
        const whole = changes(mode, "whole", "update");

        expect(compared(mode, updated === undefined ? [] : [updated, ...whole], "updated").wrong).toEqual([]);
        expect(compared(mode, emptied === undefined ? [] : [emptied], "emptied").wrong).toEqual([]);
        expect(updated?.unavailable).toEqual([]);
        expect(updated?.doubtful).toEqual([]);
        expect(emptied?.doubtful.includes("c_numeric")).toBe(mode.modes.decimal !== "string");
        expect(emptied?.doubtful).toContain("a_numeric");
        expect(emptied?.doubtful).not.toContain("c_int");
      });

      test("the old row is whole where the table says so, and else nothing but its key", () => {
        const [update] = changes(mode, "whole", "update");
        const [whole] = changes(mode, "whole", "delete");
        const [deleted] = changes(mode, "every_type", "delete");

        expect(compared(mode, update === undefined ? [] : [update], "inserted", "before").wrong).toEqual([]);
        expect(compared(mode, whole === undefined ? [] : [whole], "updated", "before").wrong).toEqual([]);
        expect(deleted).toMatchObject({
          key: { id: { number: "11" } },
          before: { id: { number: "11" } },
          after: null,
        });
        expect(Object.keys(deleted?.before ?? {})).toEqual(["id"]);
      });

      test("large values that did not change are absent and named, or in doubt", () => {
        const [change] = changes(mode, "large", "update");
        const isText = mode.modes.binary.startsWith("base64");
        const hidden = [
          "a_double",
          "t_bits",
          ...(isText ? ["t_bytea"] : []),
          ...(mode.modes.decimal === "string" ? [] : ["t_numeric"]),
        ];
        const named = ["a_int", "a_text", "t_hstore", "t_jsonb", "t_text", ...(isText ? [] : ["t_bytea"])];

        expect(change?.doubtful.toSorted()).toEqual(hidden.toSorted());
        expect(change?.unavailable.toSorted()).toEqual(
          [...named, ...(mode.modes.decimal === "string" ? ["t_numeric"] : [])].toSorted(),
        );
        expect(change?.after).not.toHaveProperty("t_text");
      });
    });

    function sum(counts: ReadonlyMap<string, number>): number {
      return [...counts.values()].reduce((all, count) => all + count, 0);
    }

    function connectorUrl({ name }: TestedMode): string {
      return `${stack().connectUrl}/connectors/types-${name}-${suffix}`;
    }

    function slotOf(name: string): string {
      return `${name}-${suffix}`.replaceAll("-", "_");
    }
  },
);

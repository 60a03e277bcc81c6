import { expect, test } from "vitest";
import { faultsOfColumns } from "../src/adopt-consumer.ts";

const complete = [
  ["id", "uuid"],
  ["name", "character varying"],
  ["conn_string", "text"],
  ["data_source", "text"],
  ["capture_schema", "text"],
  ["capture_table", "text"],
  ["topic", "text"],
  ["group", "text"],
  ["handler_func", "text"],
  ["global_key", "text[]"],
  ["is_valid", "boolean"],
  ["count", "bigint"],
  ["creation_time", "timestamp with time zone"],
  ["configuration", "jsonb"],
].map(([name = "", type = ""]) => ({ name, type }));

test("a complete table has no fault, whatever else it has", () => {
  expect(faultsOfColumns([...complete, { name: "remark", type: "xml" }])).toEqual([]);
});

test.each(complete.map((column) => column.name))("a missing %s is a fault of that path", (name) => {
  const faults = faultsOfColumns(complete.filter((column) => column.name !== name));

  expect(faults).toMatchObject([{ path: name, message: "is missing" }]);
});

test("a time without a zone is a fault that says what would be right", () => {
  const columns = complete.map((column) =>
    column.name === "creation_time" ? { ...column, type: "timestamp without time zone" } : column,
  );

  expect(faultsOfColumns(columns)).toEqual([
    {
      path: "creation_time",
      message: "has the type timestamp without time zone",
      suggestion: "timestamp with time zone",
    },
  ]);
});

import { expect, test } from "vitest";
import { parseSourceAddress } from "../src/source-address.ts";

const parts = { host: "db", port: 5433, database: "his", user: "reader", password: "p w" };

test.each([
  ["libpq pairs", "host=db port=5433 dbname=his user=reader password='p w'"],
  ["pairs with semicolons", "Host=db;Port=5433;Database=his;Username=reader;Password=p w;Pooling=true"],
  ["other names", "Server=db; Port=5433; Database=his; User Id=reader; Password=p w"],
])("%s are read", (_name, text) => {
  expect(parseSourceAddress(text)).toEqual(parts);
});

test.each(["postgres://u:p@h/d", "postgresql://u@h:1/d?sslmode=require"])("the URI %s is kept", (uri) => {
  expect(parseSourceAddress(uri)).toEqual({ connectionString: uri });
  expect(parseSourceAddress(`jdbc:${uri}`)).toEqual({ connectionString: uri });
});

test.each(["", "nonsense hunter2", "postgres://[hunter2", "password=hunter2"])(
  "%j is refused without being quoted",
  (text) => {
    const read = (): unknown => parseSourceAddress(text);

    expect(read).toThrow(expect.objectContaining({ code: "connect.source_unreachable" }));
    expect(read).toThrow(expect.not.objectContaining({ message: expect.stringContaining("hunter2") }));
  },
);

import { checkDraft, type ConsumerRow, type StoredConfig, type UserAccount } from "@gluttony/model";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ConfigDocument, documentOf } from "../../src/config/document.ts";
import { expiryOf, planConfig, planHash } from "../../src/config/plan.ts";
import type { PlanOptions } from "../../src/config/planned.ts";
import { draft } from "../support/small-house.ts";

const row = (changes: Partial<ConsumerRow> = {}): ConsumerRow => ({
  ...draft(),
  id: "1",
  count: 7n,
  creationTime: new Date(0),
  revision: 3n,
  ...changes,
});
const account = (changes: Partial<UserAccount> = {}): UserAccount => ({
  id: "1",
  name: "ann",
  grants: [{ role: "admin", scope: null }],
  isDisabled: false,
  hasPassword: true,
  isFromProvider: false,
  createdAt: new Date(0),
  createdBy: "setup",
  revision: 2n,
  ...changes,
});
const stored = (changes: Partial<StoredConfig> = {}): StoredConfig => ({
  consumers: [],
  plugins: [],
  users: [],
  ...changes,
});
const plan = (document: ConfigDocument, current: StoredConfig, options: Partial<PlanOptions> = {}) =>
  planConfig(document, current, { prune: false, isWithoutAccount: false, check: checkDraft, ...options });
const persons = {
  handler_func: "empi",
  is_valid: true,
  topic: "persons",
  global_key: ["id"],
  configuration: {},
};
const pluginOf = (changes: object = {}) => ({
  package: "acme",
  installed: ["1.0.0", "1.1.0"],
  active: ["1.0.0"],
  pins: [],
  ...changes,
});

describe("a document of what is stored", () => {
  test("changes nothing, whatever is stored, pruned or not", () => {
    const text = fc.string({ minLength: 1, maxLength: 8 });
    const json = fc.dictionary(text, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 });
    const consumers = fc.uniqueArray(
      fc.record({ name: text, topic: fc.option(text), connString: fc.option(text), configuration: json }),
      { selector: ({ name }) => name, maxLength: 5 },
    );
    fc.assert(
      fc.property(consumers, fc.boolean(), (some, prune) => {
        const current = stored({
          consumers: some.map((one, index) =>
            row({ ...one, id: String(index), configuration: JSON.parse(JSON.stringify(one.configuration)) }),
          ),
          users: [account()],
          plugins: [pluginOf({ pins: [{ consumerId: "0", version: "1.0.0" }] })],
        });
        const known = { ...current, plugins: some.length === 0 ? [pluginOf()] : current.plugins };

        const { changes, deeds, faults } = plan(documentOf(known), known, { prune });

        expect({ changes, deeds, faults }).toEqual({ changes: [], deeds: [], faults: [] });
      }),
    );
  });

  test("is the same text whatever order the rows and their fields come in", () => {
    const first = row({ id: "1", name: "a", configuration: { delivery: { concurrency: 1, graceMs: 60 } } });
    const same = { ...first, configuration: { delivery: { graceMs: 60, concurrency: 1 } } };
    const other = row({ id: "2", name: "b" });

    const left = JSON.stringify(documentOf(stored({ consumers: [first, other] })));
    const right = JSON.stringify(documentOf(stored({ consumers: [other, same] })));

    expect(left).toBe(right);
  });

  test.each([
    ["postgres://u:secret@h/d", { set: true }],
    ["enc:v1:secret", { set: true }],
    ["${env:HIS_URL}", "${env:HIS_URL}"],
  ])("says of the connection string %s only %j", (connString, told) => {
    const document = documentOf(stored({ consumers: [row({ connString })] }));

    expect(document.consumers?.["persons"]?.conn_string).toEqual(told);
    expect(JSON.stringify(document)).not.toContain("secret");
  });
});

describe("consumers", () => {
  test("are made, changed field by field, and left alone where the document does not name them", () => {
    const current = stored({ consumers: [row(), row({ id: "2", name: "visits" })] });
    const wanted = { ...persons, configuration: { delivery: { concurrency: 4 } } };

    const { changes, left, unchanged } = plan(
      { version: 1, consumers: { persons: wanted, labs: persons } },
      current,
    );

    expect(changes).toMatchObject([
      {
        do: "change",
        name: "persons",
        effect: "restart",
        fields: [{ pointer: "/configuration/delivery", from: null, to: { concurrency: 4 } }],
      },
      { do: "create", name: "labs", effect: "start", pointer: "/consumers/labs" },
    ]);
    expect([left, unchanged]).toEqual([[{ kind: "consumer", name: "visits" }], 0]);
  });

  test.each([
    [{ is_valid: false }, "stop"],
    [{ handler_func: "datasync" }, "in place"],
    [{ configuration: { handler: { a: 1 } } }, "in place"],
    [{ topic: "others" }, "re-read"],
    [{ group: "g" }, "re-read"],
    [{ configuration: { labels: { site: "north" } } }, "restart"],
  ])("a change to %j has the effect %s", (changed, effect) => {
    const { changes } = plan(
      { version: 1, consumers: { persons: { ...persons, ...changed } } },
      stored({ consumers: [row()] }),
    );

    expect(changes).toMatchObject([{ effect }]);
  });

  test("are deleted only where that is asked for, and only in a section that is there", () => {
    const current = stored({ consumers: [row()], users: [account()] });

    const pruned = plan({ version: 1, consumers: {} }, current, { prune: true });
    const other = plan(
      { version: 1, users: { ann: { grants: account().grants, isDisabled: false } } },
      current,
      {
        prune: true,
      },
    );

    expect(pruned.deeds).toEqual([
      { do: "delete-consumer", pointer: "/consumers", seen: { id: "1", revision: 3n } },
    ]);
    expect(pruned.warnings).toHaveLength(1);
    expect(other.changes).toEqual([]);
  });

  test("a stored secret is kept, a clear one is refused, and one that is not there cannot be kept", () => {
    const secret = { ...persons, data_source: "postgresql", capture_schema: "s", capture_table: "t" };
    const at = (conn_string: string | { set: true }, connString: string | null) =>
      plan(
        { version: 1, consumers: { persons: { ...secret, conn_string } } },
        stored({ consumers: [row({ connString })] }),
      );

    const kept = at({ set: true }, "enc:v1:abc");
    const clear = at("postgres://u:p@h/d", null);
    const missing = at({ set: true }, null);

    expect(kept.deeds).toMatchObject([{ draft: { connString: "enc:v1:abc" } }]);
    expect(clear.faults).toMatchObject([
      { path: "/consumers/persons/conn_string", suggestion: "${env:NAME}" },
    ]);
    expect(missing.faults).toMatchObject([{ path: "/consumers/persons/conn_string" }]);
  });

  test("faults lead into the document, with names as JSON pointers write them", () => {
    const wanted = { ...persons, configuration: { delivery: { concurrency: 0 } } };

    const { faults } = plan({ version: 1, consumers: { "a/b~c": wanted } }, stored());

    expect(faults).toMatchObject([{ path: "/consumers/a~1b~0c/configuration/delivery/concurrency" }]);
  });
});

describe("users and plugins", () => {
  test("a new user is told to have no password", () => {
    const { changes, warnings } = plan(
      { version: 1, users: { bob: { grants: [], isDisabled: false } } },
      stored(),
    );

    expect(changes).toMatchObject([{ kind: "user", do: "create", name: "bob" }]);
    expect(warnings).toMatchObject([{ pointer: "/users/bob" }]);
  });

  test("whoever administers only because nobody has an account does not lock themselves out", () => {
    const { faults } = plan({ version: 1, users: { bob: { grants: [], isDisabled: false } } }, stored(), {
      isWithoutAccount: true,
    });

    expect(faults).toMatchObject([{ path: "/users" }]);
  });

  test("what serves is added before anything is taken away, and pins follow their consumers", () => {
    const current = stored({ consumers: [row()], plugins: [pluginOf()] });
    const acme = { active: ["1.1.0"], pins: { labs: "1.1.0" } };

    const { deeds, changes } = plan(
      { version: 1, plugins: { acme }, consumers: { labs: persons } },
      current,
      {
        prune: true,
      },
    );

    expect(changes.map(({ effect }) => effect)).toEqual(["start", "stop", "in place"]);
    expect(deeds.map((deed) => (deed.do === "plugin" ? deed.deed : deed.do))).toEqual([
      "write-consumer",
      { do: "activate", version: "1.1.0" },
      { do: "pin", version: "1.1.0", consumer: "labs" },
      "delete-consumer",
      { do: "deactivate", version: "1.0.0" },
    ]);
  });

  test("a release that is not installed is a fault with what to type", () => {
    const acme = { active: ["1.0.0"], pins: { persons: "2.0.0" } };

    const { faults } = plan({ version: 1, plugins: { acme } }, stored({ plugins: [pluginOf()] }));

    expect(faults).toMatchObject([
      { path: "/plugins/acme/pins/persons", suggestion: "gluttony plugin install acme@2.0.0" },
    ]);
  });
});

describe("the hash of a plan", () => {
  const document: ConfigDocument = { version: 1, consumers: { persons: { ...persons, is_valid: false } } };
  const current = stored({ consumers: [row(), row({ id: "2", name: "visits" })] });
  const hash = planHash(plan(document, current), 1_000);

  test("names until when it holds", () => {
    expect(expiryOf(hash)).toBe(1_000);
    expect(expiryOf("x")).toBe(null);
  });

  test("is another one for another document, another revision, another time", () => {
    const changed = { ...current, consumers: [row({ revision: 4n }), row({ id: "2", name: "visits" })] };

    const others = [
      planHash(plan(document, changed), 1_000),
      planHash(plan({ version: 1, consumers: {} }, current), 1_000),
      planHash(plan(document, current, { prune: true }), 1_000),
      planHash(plan(document, current), 1_001),
    ];

    expect(others).not.toContain(hash);
  });

  test("does not care for what the plan does not touch", () => {
    const besides = { ...current, consumers: [row(), row({ id: "2", name: "visits", revision: 9n })] };

    expect(planHash(plan(document, besides), 1_000)).toBe(hash);
  });
});

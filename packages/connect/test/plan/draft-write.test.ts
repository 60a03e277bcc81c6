import { describe, expect, test } from "vitest";
import type { ListedConnector } from "../../src/client/parse-answers.ts";
import type { RegisteredConnector } from "../../src/ports.ts";
import { MASK } from "../../src/mask.ts";
import { draftAdopt } from "../../src/plan/draft-adopt.ts";
import { draftRemove } from "../../src/plan/draft-remove.ts";
import { draftWrite } from "../../src/plan/draft-write.ts";
import type { PlanGround } from "../../src/plan/plan-ground.ts";
import { strictPolicy } from "../../src/policy/connector-policy.ts";
import { harmless } from "../policy/hostile-configs.ts";

const entry = (changes: Partial<RegisteredConnector> = {}): RegisteredConnector => ({
  name: "c",
  kind: "written",
  consumerIds: [],
  sourceIdentity: "postgresql:his.local:5432/emr",
  topic: "his",
  connString: "postgresql://dbz:s3cr3t@his.local/emr",
  slot: "slot_a",
  publication: "pub_a",
  applied: null,
  ...changes,
});

const listed = (config = harmless, name = "c"): ListedConnector => ({
  name,
  config: { ...config, name },
  type: "source",
  status: null,
});

const ground = (changes: Partial<PlanGround> = {}): PlanGround => ({
  entries: [entry()],
  listed: [listed()],
  consumerIds: new Set(["1"]),
  policy: strictPolicy,
  ...changes,
});

const nothing = ground({ entries: [], listed: [] });
const refusalsOf = (draft: { refusals: readonly { code: string; path: string }[] }) =>
  draft.refusals.map(({ code, path }) => `${code} ${path}`);

describe("writing a form", () => {
  test("makes a connector, and says so", () => {
    const draft = draftWrite({ connector: "c", config: harmless }, nothing);

    expect(draft).toMatchObject({
      isNew: true,
      refusals: [],
      effects: ["creates_connector", "takes_snapshot", "registers"],
    });
    expect(draft.changes).toContainEqual({
      option: "database.password",
      before: null,
      after: MASK,
      isSecret: true,
    });
    expect(draft.warnings.map(({ path }) => path)).toContain("config.heartbeat.interval.ms");
  });

  test("changes what differs as text, and nothing else", () => {
    const form = { ...harmless, "database.password": MASK, "tasks.max": 1, "poll.interval.ms": 50 };
    const draft = draftWrite({ connector: "c", config: form }, ground());

    expect(draft).toMatchObject({
      isNew: false,
      refusals: [],
      effects: ["restarts_tasks"],
      changes: [{ option: "poll.interval.ms", before: null, after: "50" }],
    });
    expect(draft.config).toMatchObject({ "database.password": "s3cr3t", "poll.interval.ms": "50" });
  });

  test.each([
    ["topic.prefix", "other"],
    ["slot.name", "slot_b"],
    ["publication.name", "pub_b"],
    ["database.dbname", "lab"],
    ["connector.class", "io.debezium.connector.mysql.MySqlConnector"],
  ])("refuses another %s, with the reason", (option, value) => {
    const draft = draftWrite({ connector: "c", config: { ...harmless, [option]: value } }, ground());

    expect(draft.refusals).toContainEqual(
      expect.objectContaining({
        code: "connect.option_immutable",
        path: `config.${option}`,
        message: expect.stringMatching(/while the connector lives: .+\./),
      }),
    );
  });

  test("refuses what another connector has", () => {
    const other = listed({ ...harmless, "topic.prefix": "other" }, "other");
    const draft = draftWrite({ connector: "c", config: harmless }, ground({ entries: [], listed: [other] }));

    expect(refusalsOf(draft)).toEqual([
      "connect.name_taken config.slot.name",
      "connect.name_taken config.publication.name",
    ]);
  });

  test("judges of an adopted connector only what changes", () => {
    const odd = { ...harmless, "errors.tolerance": "all" };
    const adopted = ground({ entries: [entry({ kind: "adopted" })], listed: [listed(odd)] });

    expect(
      refusalsOf(draftWrite({ connector: "c", config: { ...odd, "poll.interval.ms": "9" } }, adopted)),
    ).toEqual([]);
    expect(
      refusalsOf(draftWrite({ connector: "c", config: { ...odd, "config.providers": "x" } }, adopted)),
    ).toEqual(["connect.option_denied config.config.providers"]);
  });

  test("refuses a connector of rows, one of somebody else, and a name that reaches another path", () => {
    const ofRows = ground({ entries: [entry({ kind: "made", consumerIds: ["1"] })] });

    expect(refusalsOf(draftWrite({ connector: "c", config: harmless }, ofRows))).toEqual([
      "connect.follows_rows connector",
    ]);
    expect(refusalsOf(draftWrite({ connector: "c", config: harmless }, ground({ entries: [] })))).toEqual([
      "connect.not_ours connector",
    ]);
    expect(refusalsOf(draftWrite({ connector: "../c", config: harmless }, nothing))).toEqual([
      "connect.name_invalid connector",
    ]);
  });

  test("warns of what is easily missed", () => {
    const form = {
      ...harmless,
      "database.hostname": "replica",
      "table.include.list": "public\\.visit",
      "decimal.handling.mode": "double",
    };
    const { warnings, refusals } = draftWrite({ connector: "c", config: form }, ground());

    expect(refusals).toEqual([]);
    expect(warnings.map(({ path }) => path)).toEqual(
      expect.arrayContaining([
        "config.database.hostname",
        "config.table.include.list",
        "config.decimal.handling.mode",
      ]),
    );
  });
});

describe("adopting", () => {
  test("takes a connector as it stands, and tells what we would not set", () => {
    const odd = ground({ entries: [], listed: [listed({ ...harmless, "errors.tolerance": "all" })] });
    const draft = draftAdopt({ connector: "c", consumerIds: ["1"] }, odd);

    expect(draft).toMatchObject({ refusals: [], changes: [], config: null, effects: ["registers"] });
    expect(draft.warnings.map(({ path }) => path)).toEqual(["config.errors.tolerance"]);
  });

  test("refuses what is not there, what is ours, what is no database, and consumers that are not", () => {
    const file = listed({ ...harmless, "connector.class": "FileStreamSource" });

    expect(refusalsOf(draftAdopt({ connector: "c", consumerIds: [] }, nothing))).toEqual([
      "connect.connector_missing connector",
    ]);
    expect(refusalsOf(draftAdopt({ connector: "c", consumerIds: [] }, ground()))).toEqual([
      "connect.name_taken connector",
    ]);
    expect(
      refusalsOf(draftAdopt({ connector: "c", consumerIds: ["9"] }, ground({ entries: [], listed: [file] }))),
    ).toEqual(["connect.class_denied connector", "consumer.not_found consumerIds[0]"]);
  });
});

describe("removing", () => {
  const removal = { connector: "c", slot: true, publication: true };

  test("says what goes and what stays", () => {
    expect(draftRemove(removal, ground())).toMatchObject({
      refusals: [],
      effects: ["deletes_connector", "keeps_offsets", "drops_slot", "drops_publication"],
    });
    expect(draftRemove({ ...removal, slot: false, publication: false }, ground())).toMatchObject({
      effects: ["deletes_connector", "keeps_offsets", "keeps_slot", "keeps_publication"],
      warnings: [{ path: "slot" }],
    });
  });

  test("never takes one that a row uses, and takes it once the row is gone", () => {
    const used = ground({ entries: [entry({ kind: "made", consumerIds: ["1"] })] });

    expect(refusalsOf(draftRemove(removal, used))).toEqual(["connect.connector_in_use connector"]);
    expect(refusalsOf(draftRemove(removal, { ...used, consumerIds: new Set() }))).toEqual([]);
  });

  test("refuses one of somebody else, and a slot that nobody can reach", () => {
    expect(refusalsOf(draftRemove(removal, ground({ entries: [] })))).toEqual(["connect.not_ours connector"]);
    expect(refusalsOf(draftRemove(removal, ground({ entries: [entry({ connString: null })] })))).toEqual([
      "connect.source_unknown slot",
      "connect.source_unknown publication",
    ]);
  });
});

test("a new connector's name begins as the deployer wants, and of the lists only what they left may be used", () => {
  const policy = {
    ...strictPolicy,
    namePrefixes: ["his-"],
    sources: ["mysql"],
    transforms: ["org.apache.kafka.connect.transforms.MaskField$Value"],
  } as const;

  const refused = draftWrite({ connector: "c", config: harmless }, { ...nothing, policy });
  const begun = draftWrite({ connector: "his-c", config: harmless }, { ...nothing, policy });
  const there = draftWrite({ connector: "c", config: harmless }, ground({ policy }));

  expect(refusalsOf(refused)).toEqual([
    "connect.name_invalid connector",
    "connect.class_denied config.connector.class",
    "connect.class_denied config.transforms.topic.type",
  ]);
  expect(refusalsOf(begun)).not.toContain("connect.name_invalid connector");
  expect(refusalsOf(there)).not.toContain("connect.name_invalid connector");
});

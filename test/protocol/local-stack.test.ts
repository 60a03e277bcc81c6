import { describe, expect, test } from "vitest";
import { Kafka, logLevel } from "kafkajs";
import pg from "pg";
import { createGenerator, hospitalSql } from "gluttony/local-stack";
import { makeDatabase, stack } from "../support/stack.ts";

describe.skipIf(stack().postgresUnavailable !== "")("the shared Postgres", () => {
  test("decodes logically, and gives a test a database of its own", async () => {
    await using database = await makeDatabase("shared");
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();

    const answer = await client.query(
      "select current_database() as name, current_setting('wal_level') as level",
    );

    await client.end();
    expect(answer.rows).toEqual([{ name: database.name, level: "logical" }]);
  });

  test("names the code when a statement fails, and not the row's values", async () => {
    await using database = await makeDatabase("failing");
    await database.execute("create table patient (id text primary key)");

    const second = database.execute("insert into patient values ('P-1'); insert into patient values ('P-1')");

    await expect(second).rejects.toThrow(/^23505: /);
    await expect(second).rejects.not.toThrow(/P-1/);
  });
});

describe.skipIf(stack().unavailable !== "")("the shared broker", () => {
  test("keeps what is produced", async () => {
    const kafka = new Kafka({ brokers: [stack().kafka], logLevel: logLevel.NOTHING });
    const admin = kafka.admin();
    const producer = kafka.producer();
    const topic = `local-stack-${Date.now()}`;
    await admin.connect();
    await admin.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: true });
    await producer.connect();

    await producer.send({ topic, messages: [{ key: "a", value: "1" }] });

    const [offsets] = await admin.fetchTopicOffsets(topic);
    await producer.disconnect();
    await admin.disconnect();
    expect(offsets?.high).toBe("1");
  });
});

describe.skipIf(stack().postgresUnavailable !== "")("the sample hospital", () => {
  test("is the same for the same seed, and seeding twice changes nothing", async () => {
    await using first = await makeDatabase("hospital");
    await using second = await makeDatabase("hospital");
    const sql = hospitalSql({ patients: 200, visits: 500, seed: 3 });

    await first.execute(sql);
    await first.execute(sql);
    await second.execute(sql);

    const [a, b] = [await fingerprintOf(first.url), await fingerprintOf(second.url)];
    expect(a).toEqual(b);
    expect(a).toMatchObject({ patients: "200", visits: "500", diagnoses: "500" });
  });

  test("has the traps that real ones have", async () => {
    await using database = await makeDatabase("hospital");
    await database.execute(hospitalSql({ patients: 2_000, visits: 8_000 }));
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();

    const { rows } = await client.query(`select
      count(*) filter (where mother_patient_id is not null) > 0 as newborns,
      count(*) filter (where id_no is null) > 0 as "withoutDocument",
      count(*) filter (where length(id_no) = 15) > 0 as "oldDocument",
      count(*) filter (where length(id_no) = 18 and right(id_no, 1) <> his.check_digit(left(id_no, 17))) > 0 as "wrongDigit",
      count(*) filter (where id_no is not null and id_no <> '无' and id_no not like '99%') = 0 as "onlyInvented",
      count(*) filter (where merged_to is not null) > 0 as merged,
      count(*) filter (where del_flag = '1') > 0 as deleted,
      count(*) filter (where name ~ '[𠮷龘㛃]') > 0 as "rareCharacters",
      (select min(diag_id) > 9007199254740992 from his.diagnosis) as "beyondSafe" from his.pat_master_index`);

    await client.end();
    expect(Object.entries(rows[0]).filter(([, isTrue]) => isTrue !== true)).toEqual([]);
  });

  test("lives: every kind of change, a person on request, and a burst", async () => {
    await using database = await makeDatabase("hospital");
    await database.execute(hospitalSql({ patients: 50, visits: 300 }));
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const failures: unknown[] = [];
    const life = createGenerator((sql, params) => client.query(sql, [...params]), {
      changesPerSecond: 200,
      onError: (error) => failures.push(error),
    });

    life.start();
    await expect.poll(() => Math.min(...Object.values(life.counts)), { timeout: 20_000 }).toBeGreaterThan(3);
    await life.stop();
    const patientId = await life.insertPatient("P9999999999");
    const before = await countOf(client);
    await life.burst(1_000);

    const after = await countOf(client);
    await client.end();
    expect({ failures, patientId, added: after - before }).toEqual({
      failures: [],
      patientId: "P9999999999",
      added: 1_000,
    });
  });
});

async function countOf(client: pg.Client): Promise<number> {
  const { rows } = await client.query("select count(*)::int as people from his.pat_master_index");
  return rows[0].people;
}

async function fingerprintOf(url: string): Promise<Record<string, string>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query(`select
    (select count(*) from his.pat_master_index) as patients,
    (select count(*) from his.pat_visit) as visits,
    (select count(*) from his.diagnosis) as diagnoses,
    (select md5(string_agg(md5((p.*, null)::text), '' order by patient_id)) from (select patient_id, name, id_no, mobile, merged_to
      from his.pat_master_index) as p) as people,
    (select md5(string_agg(v::text, '' order by patient_id, visit_id)) from (select patient_id, visit_id, visit_type, admit_time,
      total_costs from his.pat_visit) as v) as stays`);
  await client.end();
  return rows[0];
}

import { statfsSync } from "node:fs";
import { writeFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { FaultRow } from "../../../support/faults/fault-row.ts";
import { canMount } from "../../../support/faults/small-disk.ts";
import type { FaultScene } from "../../../support/faults/fault-scene.ts";
import { accepts } from "../../../support/faults/faulty-target.ts";
import { until } from "../../../support/host.ts";
import { openPool } from "../../../support/sql.ts";

const ownPostgres = { ownPostgres: true } as const;
/** While Postgres is gone the API cannot say what it would have to read there. */
const noDatabase = [{ state: "unreachable" }, { state: "recovering", code: /^database\./ }];
/** More than there are. */
const connectionsWanted = 220;
/** More than a host opens. */
const hostConnectionsMax = 40;
const diskBytes = 160 * 1024 * 1024;

export const postgresRows: readonly FaultRow[] = [
  {
    id: "F11",
    title: "somebody writes a wrong setting into one consumer's row",
    holdMs: 8_000,
    inject: (scene) => scene.configure({ delivery: { concurrency: "many" } }),
    heal: (scene) => scene.configure({}),
    expect: {
      shows: [{ state: "blocked", code: "consumer.invalid" }],
      stands: true,
      recoversWithinMs: 20_000,
    },
    check: async (scene) => {
      const isNamed = scene.timeline.answers.some((answer) => /delivery[./]concurrency/.test(answer));
      return isNamed ? [] : ["F11: the API does not name the setting that is wrong"];
    },
  },
  {
    id: "F71",
    title: "the connections to Postgres are dropped, again and again",
    scene: ownPostgres,
    isQuick: true,
    inject: async (scene) => {
      for (let turn = 0; turn < 8; turn += 1) {
        await scene.postgres.execute("postgres", terminateSql);
        scene.note("dropped every connection");
        await scene.pause(600);
      }
    },
    expect: { shows: [], recoversWithinMs: 15_000 },
  },
  {
    id: "F72",
    title: "Postgres is killed and recovers",
    scene: ownPostgres,
    holdMs: 8_000,
    inject: async (scene) => {
      scene.target.behave(({ version }) =>
        version % 40 === 0 ? { applies: false, status: 422, body: "{}" } : { applies: true },
      );
      await scene.postgres.kill();
    },
    heal: async (scene) => {
      await scene.postgres.restart();
      scene.target.behave(accepts);
    },
    expect: { shows: noDatabase, parked: "any", stallMaxMs: 25_000, recoversWithinMs: 15_000 },
  },
  {
    id: "F76",
    title: "Postgres has no connection left: the API says when to ask again, and records flow on",
    scene: ownPostgres,
    inject: async (scene) => {
      const hog = openPool(scene.postgres.url("postgres"));
      const kept = await takenFrom(hog, connectionsWanted);
      // What the host holds already is taken from it as well, and kept before it can come back.
      for (let turn = 0; turn < 3; turn += 1) {
        await kept[0]?.query(terminateSql);
        kept.push(...(await takenFrom(hog, hostConnectionsMax)));
      }
      scene.note(`${kept.length} connections are taken`);
      for (let turn = 0; turn < 4; turn += 1) {
        const answers = await askAtOnce(scene, 60);
        for (const [answer, count] of counted(answers)) scene.note(`answered ${answer}: ${count} times`);
        await scene.pause(1_500);
      }
      await Promise.allSettled(kept.map((client) => client.end()));
      await hog.close();
    },
    expect: { shows: [], stallMaxMs: 20_000, recoversWithinMs: 15_000 },
    check: async (_scene, { deeds, journal, phases }) => {
      const answers = deeds.filter(({ what }) => what.startsWith("answered"));
      const refused = answers.filter(({ what }) => what.startsWith("answered 503"));
      const wrong = answers.filter(
        ({ what }) => !/^answered (200|503 retry after \d+): \d+ times$/.test(what),
      );
      const flowed = journal.filter(
        ({ receivedAtMs }) => receivedAtMs > phases.injectedAtMs && receivedAtMs < phases.healedAtMs,
      );
      return [
        ...(refused.length > 0 ? [] : ["void: the API got every connection that it wanted"]),
        ...wrong.slice(0, 3).map(({ what }) => `K10: ${what}`),
        ...(flowed.length > 0 ? [] : ["K5: nothing was delivered without the database"]),
      ];
    },
  },
  {
    id: "F77",
    title: "the database's disk is full: nothing advances that cannot be remembered",
    scene: { ownPostgres: true, postgresDiskBytes: diskBytes },
    lacks: () => (canMount() ? null : "only root may mount a small file system"),
    holdMs: 9_000,
    inject: async (scene) => {
      scene.target.behave(({ version }) =>
        version % 5 === 0 ? { applies: false, status: 422, body: "{}" } : { applies: true },
      );
      await fill(scene);
    },
    heal: async (scene) => {
      scene.target.behave(accepts);
      await rm(fillerOf(scene), { force: true });
      // A server that cannot write its log ends itself.
      await scene.postgres.restart();
    },
    expect: {
      shows: [...noDatabase, { state: "blocked", code: "database.failed" }],
      parked: "any",
      stallMaxMs: 40_000,
      recoversWithinMs: 30_000,
    },
  },
  {
    id: "F78",
    title: "marks meet locks, deadlocks and lock time-outs",
    inject: async (scene) => {
      for (let turn = 0; turn < 4; turn += 1) await quarrel(scene);
    },
    expect: { shows: [], stallMaxMs: 20_000, recoversWithinMs: 15_000 },
  },
];

const terminateSql = `select pg_terminate_backend(pid) from pg_stat_activity
  where datname = 'gluttony' and application_name like 'gluttony%' and application_name <> 'gluttony test'`;

/** Locks the marks in the other order than a host does, so that one of the two must give way. */
async function quarrel(scene: FaultScene): Promise<void> {
  const rival = scene.pool.dedicated();
  await rival.connect();
  const update = "update cdc.position set updated_at = now() where consumer_id = $1 and partition = $2";
  try {
    await rival.query("begin");
    await rival.query(update, [scene.consumerId, 1]);
    await scene.pause(400);
    await rival.query(update, [scene.consumerId, 0]);
    await scene.pause(400);
    await rival.query("commit");
    scene.note("held both marks");
  } catch {
    scene.note("gave way in a deadlock");
  } finally {
    await rival.end();
  }
}

/** Asks the API many times at once, and says what each answer was. */
/** As many connections as there are, at most `count`. */
async function takenFrom(
  hog: ReturnType<typeof openPool>,
  count: number,
): Promise<ReturnType<typeof hog.dedicated>[]> {
  const clients = Array.from({ length: count }, () => hog.dedicated());
  const connected = await Promise.allSettled(clients.map((client) => client.connect()));
  return clients.filter((_client, index) => connected[index]?.status === "fulfilled");
}

function counted(answers: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const answer of answers) counts.set(answer, (counts.get(answer) ?? 0) + 1);
  return counts;
}

function askAtOnce(scene: FaultScene, count: number): Promise<readonly string[]> {
  const ask = async (): Promise<string> => {
    const response = await fetch(`${scene.host.url}/api/v1/consumers`);
    await response.text();
    const after = response.headers.get("retry-after");
    return `${response.status}${after === null ? "" : ` retry after ${after}`}`;
  };
  return Promise.all(Array.from({ length: count }, ask));
}

function fillerOf(scene: FaultScene): string {
  return join(scene.postgresDisk, "filler");
}

/** Fills what is left of the file system that the database lies on. */
async function fill(scene: FaultScene): Promise<void> {
  const { bavail, bsize } = statfsSync(scene.postgresDisk);
  await writeFile(fillerOf(scene), Buffer.alloc(Number(bavail) * Number(bsize))).catch(() => undefined);
  scene.note(`filled ${Math.round((Number(bavail) * Number(bsize)) / 1_024 / 1_024)} MB`);
  await until(() => Number(statfsSync(scene.postgresDisk).bavail) === 0, 5_000);
}

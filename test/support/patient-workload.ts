import type { Pool } from "@gluttony/postgres";
import { type JournalEntry, type StubKind, empiStub } from "gluttony/local-stack";

/** One committed change of one patient, as the workload knows it. Versions count from 1 per patient. */
export interface WrittenChange {
  readonly patient: string;
  readonly version: number;
  readonly isPoison: boolean;
}

/** What a workload wrote. */
export interface Written {
  /** Inserts and updates, which go to the target. */
  readonly changes: readonly WrittenChange[];
  readonly deletes: number;
}

/** How much, and which random choices. */
export interface WorkloadSize {
  readonly patients: number;
  /** Inserts, updates, deletes and the key change together; a key change counts as two. */
  readonly changes: number;
  readonly seed: number;
}

/** Sent instead of a name that the target accepts. */
const poisonName = "POISON";
/** Behind the version of poison in the journal. */
const poisonMark = "!";
const poisonEvery = 100;
const deletes = 100;

/** The table that the workload writes; its default replica identity gives deletes with the key alone. */
export const patientTableSql = `
create schema his;
create table his.patient (
  patient_id varchar(20) primary key,
  name varchar(60) not null,
  mobile varchar(24) not null,
  row_seq numeric(19) not null
);`;

/** An EMPI whose journal notes the patient and the row's version, which travels in the phone number. */
export const versionedEmpi: StubKind = {
  ...empiStub,
  subjectOf: (body) => {
    const patient = fieldOf(body, "patient");
    const mark = fieldOf(patient, "name") === poisonName ? poisonMark : "";
    return {
      subject: textOf(fieldOf(patient, "localId")),
      version: `${textOf(fieldOf(patient, "phone")) ?? ""}${mark}`,
    };
  },
};

/**
 * Writes the changes in small transactions, so that they come in a stream and not as one block. After the first
 * row it waits until that one has arrived: what is written before the connector follows the log would come as
 * one snapshot of the end.
 */
export async function writeWorkload(
  pool: Pool,
  size: WorkloadSize,
  firstArrived: () => Promise<unknown>,
): Promise<Written> {
  const random = randomOf(size.seed);
  const ids = Array.from({ length: size.patients }, (_, index) => `T${String(index).padStart(8, "0")}`);
  const versions = new Map(ids.map((id) => [id, 0]));
  const changes: WrittenChange[] = [];
  const next = (patient: string): WrittenChange => {
    const version = (versions.get(patient) ?? 0) + 1;
    versions.set(patient, version);
    const change = { patient, version, isPoison: (changes.length + 1) % poisonEvery === 0 };
    changes.push(change);
    return change;
  };
  await write(pool, insertSql, ids.slice(0, 1).map(next));
  await firstArrived();
  for (const part of partsOf(ids.slice(1), 200)) await write(pool, insertSql, part.map(next));
  const updates = size.changes - size.patients - deletes - 2;
  for (let left = updates; left > 0; ) {
    // Each patient at most once a statement, since one statement changes a row once.
    const chosen = [
      ...new Set(
        Array.from({ length: Math.min(left, 150) }, () => ids[Math.floor(random() * ids.length)] ?? ""),
      ),
    ];
    await write(pool, updateSql, chosen.map(next));
    left -= chosen.length;
  }
  const renamed = ids[0] ?? "";
  await pool.query(
    "update his.patient set patient_id = 'N' || patient_id, row_seq = row_seq + 1, mobile = $2 where patient_id = $1",
    [renamed, phoneOf(1)],
  );
  changes.push({ patient: `N${renamed}`, version: 1, isPoison: false });
  await pool.query("delete from his.patient where patient_id = any($1)", [ids.slice(1, deletes + 1)]);
  return { changes, deletes: deletes + 1 };
}

/** The version in what the target was sent. */
export function versionOf(entry: Pick<JournalEntry, "version">): number {
  return Number(entry.version?.slice(3).replace(poisonMark, ""));
}

/** Requests that the target took: answered with success. */
export function accepted(journal: readonly JournalEntry[]): readonly JournalEntry[] {
  return journal.filter((entry) => entry.status === 200 && entry.code === 0);
}

/** Refuses what the workload calls poison, however often it comes. */
export function rejectsPoison({ version }: { readonly version: string | undefined }): boolean {
  return version?.endsWith(poisonMark) === true;
}

const insertSql = `insert into his.patient (patient_id, name, mobile, row_seq)
  select id, name, mobile, version from unnest($1::text[], $2::text[], $3::text[], $4::int[]) as n (id, name, mobile, version)`;
const updateSql = `update his.patient p set name = n.name, mobile = n.mobile, row_seq = n.version
  from unnest($1::text[], $2::text[], $3::text[], $4::int[]) as n (id, name, mobile, version) where p.patient_id = n.id`;

async function write(pool: Pool, sql: string, changes: readonly WrittenChange[]): Promise<void> {
  await pool.query(sql, [
    changes.map((change) => change.patient),
    changes.map((change) => (change.isPoison ? poisonName : "测试病人")),
    changes.map((change) => phoneOf(change.version)),
    changes.map((change) => change.version),
  ]);
}

// Eleven digits like a mobile number, obviously nobody's.
function phoneOf(version: number): string {
  return `100${String(version).padStart(8, "0")}`;
}

function partsOf<T>(all: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, index) =>
    all.slice(index * size, (index + 1) * size),
  );
}

/** Mulberry32: the same choices for the same seed. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

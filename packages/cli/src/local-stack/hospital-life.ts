import { setTimeout as sleep } from "node:timers/promises";

/** About this many changes a second, as in a small hospital. */
export const CHANGES_PER_SECOND = 2;
/** One burst is one statement; more would hold a transaction open for long. */
export const BURST_MAX = 100_000;

/** Runs one statement with numbered parameters; the caller brings the driver. */
export type Query = (sql: string, params: readonly unknown[]) => Promise<unknown>;

export interface LifeOptions {
  readonly changesPerSecond?: number;
  readonly seed?: number;
  /** Told once for every change that failed; life goes on. */
  readonly onError?: (error: unknown) => void;
}

export type LifeKind = "admission" | "move" | "correction" | "discharge";

/** Keeps a hospital moving: people arrive, change beds, are corrected and go home. */
export interface HospitalLife extends AsyncDisposable {
  start(): void;
  /** Waits for the change that is under way. */
  stop(): Promise<void>;
  /** Adds one person, with an id of the caller's choice if given, and says the id. */
  insertPatient(patientId?: string): Promise<string>;
  /** Makes this many changes at once: every one is a new person. */
  burst(changes: number): Promise<void>;
  /** Makes one change of the kind now. */
  change(kind: LifeKind): Promise<void>;
  /** Changes made so far, by kind. */
  readonly counts: Readonly<Record<LifeKind, number>>;
}

const NEXT_NUMBER = `nextval('his.patient_number')`;
const PATIENT_ID = `'P' || lpad(number::text, 10, '0')`;

const INSERT_PATIENT = `
insert into his.pat_master_index (patient_id, inp_no, card_no, name, sex, date_of_birth, id_type, id_no, nation, mobile,
  mailing_address, charge_type, row_seq)
select coalesce($1::text, ${PATIENT_ID}), lpad(number::text, 8, '0'), '88' || lpad(number::text, 8, '0'),
  his.invented_name(number), case when number % 2 = 0 then '女' else '男' end, born, '01',
  his.invented_id_no(number, born), '汉族', '1990000' || lpad((number % 10000)::text, 4, '0'),
  '示例市样本区新生路' || number || '号', '医保', 9007199254740993 + number
from (select number, date '1940-01-01' + his.pick(number, 'born', 30000)::int as born
  from (select ${NEXT_NUMBER} as number) as drawn) as person
returning patient_id`;

const INSERT_MANY = `
select his.add_patients(7, last_number - $1::bigint + 1, last_number)
from (select setval('his.patient_number', ${NEXT_NUMBER} + $1::bigint - 1) as last_number) as drawn`;

const SQL: Readonly<Record<LifeKind, string>> = {
  admission: `
insert into his.pat_visit (patient_id, visit_id, visit_type, visit_no, dept_code, ward_code, bed_no, attending_doctor,
  admit_route, admit_condition, visit_time, admit_time, visit_status, charge_type, total_costs)
select patient_id, 1 + coalesce((select max(visit_id) from his.pat_visit as v where v.patient_id = p.patient_id), 0), 'I',
  'L' || to_char(clock_timestamp(), 'YYYYMMDDHH24MISSMS'), '0301', 'W07', (1 + floor($1::float8 * 60))::int::text, 'D1001', '1', '2',
  now(), now(), '2', charge_type, 0
from his.pat_master_index as p offset floor($1::float8 * (select count(*) from his.pat_master_index)) limit 1`,
  move: `
update his.pat_visit set ward_code = 'W' || lpad((1 + floor($1::float8 * 12))::int::text, 2, '0'),
  bed_no = (1 + floor($1::float8 * 60))::int::text, update_time = now()
where (patient_id, visit_id) in (select patient_id, visit_id from his.pat_visit where visit_type = 'I' and discharge_time is null
  order by md5(patient_id || $1::float8) limit 1)`,
  correction: `
update his.pat_master_index set mailing_address = '示例市样本区更正路' || (1 + floor($1::float8 * 9999))::int || '号',
  row_seq = row_seq + 1000000, update_time = now()
where patient_id = (select patient_id from his.pat_master_index where del_flag = '0'
  offset floor($1::float8 * (select count(*) from his.pat_master_index where del_flag = '0')) limit 1)`,
  discharge: `
update his.pat_visit set discharge_time = now(), discharge_way = '1', visit_status = '3', update_time = now()
where (patient_id, visit_id) in (select patient_id, visit_id from his.pat_visit where visit_type = 'I' and discharge_time is null
  order by admit_time offset floor($1::float8 * 3) limit 1)`,
};

/** Makes a generator of changes; nothing happens before it is started or told to. */
export function createGenerator(query: Query, options: LifeOptions = {}): HospitalLife {
  const random = randomOf(options.seed ?? 1);
  const everyMs = 1_000 / (options.changesPerSecond ?? CHANGES_PER_SECOND);
  const counts: Record<LifeKind, number> = { admission: 0, move: 0, correction: 0, discharge: 0 };
  let running: { readonly stopping: AbortController; readonly ended: Promise<void> } | undefined;

  const insertPatient = async (patientId?: string): Promise<string> =>
    idOf(await query(INSERT_PATIENT, [patientId ?? null]));

  const change = async (kind: LifeKind): Promise<void> => {
    // Every third admission is of somebody who has never been here.
    if (kind === "admission" && counts.admission % 3 === 2) await insertPatient();
    else await query(SQL[kind], [random()]);
    counts[kind] += 1;
  };

  const live = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      await change(kindOf(random())).catch((error: unknown) => options.onError?.(error));
      await sleep(everyMs * (0.5 + random()), undefined, { signal }).catch(() => undefined);
    }
  };

  const stop = async (): Promise<void> => {
    const ending = running;
    running = undefined;
    ending?.stopping.abort();
    await ending?.ended;
  };

  return {
    counts,
    insertPatient,
    change,
    stop,
    start() {
      if (running !== undefined) return;
      const stopping = new AbortController();
      running = { stopping, ended: live(stopping.signal) };
    },
    async burst(changes) {
      if (!Number.isSafeInteger(changes) || changes < 1 || changes > BURST_MAX) {
        throw new RangeError(`A burst is 1 to ${BURST_MAX} changes.`);
      }
      await query(INSERT_MANY, [changes]);
    },
    [Symbol.asyncDispose]: stop,
  };
}

function kindOf(at: number): LifeKind {
  if (at < 0.25) return "admission";
  if (at < 0.5) return "move";
  return at < 0.85 ? "correction" : "discharge";
}

function idOf(result: unknown): string {
  const rows = typeof result === "object" && result !== null && "rows" in result ? result.rows : result;
  const first: unknown = Array.isArray(rows) ? rows[0] : undefined;
  const id =
    typeof first === "object" && first !== null && "patient_id" in first ? first.patient_id : undefined;
  if (typeof id === "string") return id;
  throw new TypeError("The query function must return the rows, or an object with the rows.");
}

/** A small generator of numbers from 0 to 1 that a seed determines (a linear congruence modulo 2^32). */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}

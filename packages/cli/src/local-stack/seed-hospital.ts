import { hospitalFunctionsSql } from "./hospital-functions.ts";
import { hospitalSchemaSql } from "./hospital-schema.ts";

/** The demo's hospital; tests take a small one. */
export const DEMO_PATIENTS = 2_000;
export const DEMO_VISITS = 8_000;

export interface HospitalSize {
  readonly patients: number;
  readonly visits: number;
  /** The same seed gives the same people, visits and diagnoses. */
  readonly seed?: number;
}

/**
 * The whole hospital as one text of SQL: schema, dictionaries, people, visits, diagnoses, merges. It can be sent as one
 * query; on a hospital that has patients already it changes nothing.
 */
export function hospitalSql(size: HospitalSize = { patients: DEMO_PATIENTS, visits: DEMO_VISITS }): string {
  const patients = whole(size.patients);
  const visits = whole(size.visits);
  const seed = whole(size.seed ?? 1);
  return `${hospitalSchemaSql}${hospitalFunctionsSql}
do $seed$
begin
  if exists (select from his.pat_master_index) then return; end if;
  ${dictionariesSql}
  perform his.add_patients(${seed}, 1, ${patients});
  perform setval('his.patient_number', ${Math.max(1, patients)});
  ${visitsSql(seed, { patients, visits })}
  ${mergesSql(seed)}
end
$seed$;
`;
}

const dictionariesSql = `
  insert into his.dept_dict select code, name, std, '0' from (values
    ('0301','心内科','03.01'), ('0302','呼吸内科','03.02'), ('0303','消化内科','03.03'), ('0304','神经内科','03.04'),
    ('0401','普外科','04.01'), ('0402','骨科','04.02'), ('0501','妇产科','05.01'), ('0701','儿科','07.01'),
    ('2001','急诊科','20.01'), ('1901','体检中心','19.01')) as departments(code, name, std)
    on conflict do nothing;
  insert into his.staff_dict
    select 'D' || (1000 + number), '演示医师' || number,
      (array['0301','0302','0303','0304','0401','0402','0501','0701','2001','1901'])[1 + number % 10],
      (array['主任医师','副主任医师','主治医师','住院医师'])[1 + number % 4]
    from generate_series(1, 40) as numbers(number)
    on conflict do nothing;`;

function visitsSql(seed: number, size: { readonly patients: number; readonly visits: number }): string {
  if (size.patients === 0) return "";
  return `
  insert into his.pat_visit (patient_id, visit_id, visit_type, visit_no, dept_code, ward_code, bed_no, attending_doctor,
    admit_route, admit_condition, visit_time, admit_time, discharge_time, discharge_way, visit_status, charge_type, total_costs)
  select patient_id, visit_id, kind, 'V' || lpad(number::text, 10, '0'),
    (array['0301','0302','0303','0304','0401','0402','0501','0701','2001','1901'])[1 + his.pick(key, 'dept', 10)],
    case when kind = 'I' then 'W' || lpad((1 + his.pick(key, 'ward', 12))::text, 2, '0') end,
    case when kind = 'I' then (1 + his.pick(key, 'bed', 60))::text end,
    'D' || (1001 + his.pick(key, 'doctor', 40)),
    '1', (1 + his.pick(key, 'condition', 3))::text, at,
    case when kind = 'I' then at + interval '40 minutes' end,
    case when kind = 'I' and is_over then at + make_interval(days => 1 + his.pick(key, 'days', 14)::int) end,
    case when kind = 'I' and is_over then '1' end,
    case when his.pick(key, 'cancelled', 50) = 0 then '9' when is_over then '3' else '2' end,
    (array['自费','医保','新农合','商保'])[1 + his.pick(key, 'charge', 4)],
    his.pick(key, 'costs', 90000000)::numeric / 10000
  from (
    select number, ${seed} * 1000003 + 500000000 + number as key,
      'P' || lpad((1 + (number - 1) % ${size.patients})::text, 10, '0') as patient_id,
      1 + (number - 1) / ${size.patients} as visit_id,
      (array['O','O','O','E','I','I','P'])[1 + his.pick(${seed} * 1000003 + 500000000 + number, 'kind', 7)] as kind,
      number <= ${size.visits} * 0.9 as is_over,
      timestamp '2026-01-01' + make_interval(mins => his.pick(${seed} * 1000003 + 500000000 + number, 'at', 450000)::int) as at
    from generate_series(1, ${size.visits}) as numbers(number)
  ) as made;
  insert into his.diagnosis (diag_id, patient_id, visit_id, diag_type, diag_no, diag_code, diag_name, is_main, diag_time, doctor)
  select nextval('his.diagnosis_number'), patient_id, visit_id, case when visit_type = 'I' then '1' else '4' end, 1,
    (array['I10.x00','E11.900','J18.900','K29.500','I63.900','S82.600'])[1 + code],
    (array['高血压','2型糖尿病','肺炎','慢性胃炎','脑梗死','踝部骨折'])[1 + code], '1', visit_time + interval '1 hour', attending_doctor
  from (select *, his.pick(${seed} + row_number() over (order by patient_id, visit_id), 'diagnosis', 6) as code from his.pat_visit) as seen
  order by patient_id, visit_id;`;
}

/** One in two hundred was registered twice and later merged into the person before. */
function mergesSql(seed: number): string {
  return `
  insert into his.pat_merge_log (from_patient_id, to_patient_id, status, operator, merge_time)
  select patient_id, before, 'DONE', 'D1001', timestamp '2026-06-01'
  from (select patient_id, lag(patient_id) over (order by patient_id) as before,
      row_number() over (order by patient_id) as number from his.pat_master_index) as pairs
  where before is not null and his.pick(${seed} + number, 'merged', 200) = 0
  order by patient_id;
  update his.pat_master_index as patient set merged_to = merge.to_patient_id
  from his.pat_merge_log as merge where merge.from_patient_id = patient.patient_id;`;
}

/** Numbers go into the text, so nothing but a whole number may. */
function whole(number: number): number {
  if (Number.isSafeInteger(number) && number >= 0) return number;
  throw new RangeError("The size and the seed of the hospital are whole numbers.");
}

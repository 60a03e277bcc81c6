/**
 * Schema `his` of the sample hospital, awkward in the ways real ones are: blank-padded numbers, times without a zone,
 * texts for codes, a composite key, a bigint beyond 2^53, soft deletes, and columns that must never leave the database.
 * The patient table keeps the default replica identity on purpose; visits have the full one.
 */
export const hospitalSchemaSql = `
create schema if not exists his;
create sequence if not exists his.patient_number;
create sequence if not exists his.diagnosis_number start 9007199254740993;

create table if not exists his.pat_master_index (
  patient_id varchar(20) primary key,
  inp_no char(10),
  card_no varchar(32),
  name varchar(60) not null,
  name_phonetic varchar(120),
  sex varchar(4),
  date_of_birth timestamp,
  id_type varchar(2),
  id_no varchar(32),
  nation varchar(20),
  marital_status varchar(10),
  occupation varchar(40),
  mobile varchar(24),
  phone_home varchar(24),
  mailing_address varchar(200),
  next_of_kin varchar(60),
  relationship varchar(10),
  next_of_kin_phone varchar(24),
  charge_type varchar(20),
  insurance_no varchar(32),
  mother_patient_id varchar(20),
  merged_to varchar(20),
  del_flag char(1) default '0',
  vip_flag char(1),
  photo bytea,
  hiv_flag smallint,
  create_time timestamp default now(),
  update_time timestamp default now(),
  row_seq numeric(19)
);

create table if not exists his.pat_merge_log (
  merge_id bigserial primary key,
  from_patient_id varchar(20),
  to_patient_id varchar(20),
  status varchar(8),
  operator varchar(20),
  merge_time timestamp default now()
);

create table if not exists his.pat_visit (
  patient_id varchar(20),
  visit_id smallint,
  visit_type char(1) not null,
  visit_no varchar(24),
  dept_code varchar(12),
  ward_code varchar(12),
  bed_no varchar(8),
  attending_doctor varchar(20),
  admit_route char(1),
  admit_condition char(1),
  visit_time timestamp,
  admit_time timestamp,
  discharge_time timestamp,
  discharge_way char(1),
  visit_status char(1),
  charge_type varchar(20),
  total_costs numeric(12,4),
  update_time timestamp default now(),
  primary key (patient_id, visit_id)
);
alter table his.pat_visit replica identity full;

create table if not exists his.diagnosis (
  diag_id bigint primary key,
  patient_id varchar(20),
  visit_id smallint,
  diag_type char(1),
  diag_no smallint,
  diag_code varchar(20),
  diag_name varchar(200),
  is_main char(1),
  diag_time timestamp,
  doctor varchar(20),
  cancelled char(1) default '0'
);

create table if not exists his.dept_dict (
  dept_code varchar(12) primary key,
  dept_name varchar(60),
  std_code varchar(20),
  stop_flag char(1)
);

create table if not exists his.staff_dict (
  staff_code varchar(20) primary key,
  staff_name varchar(60),
  dept_code varchar(12),
  title varchar(20)
);
`;

/** Columns that a connector must leave out: they are private and no consumer needs them. */
export const hospitalExcludedColumns: readonly string[] = [
  "his.pat_master_index.photo",
  "his.pat_master_index.hiv_flag",
];

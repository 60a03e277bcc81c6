import type { ConfigSchema } from "@gluttony/sdk";

/** Which column of the visit table holds what. */
export interface VisitColumns {
  readonly patientId: string;
  readonly visitId: string;
  readonly visitType: string;
  readonly admitTime: string;
  readonly dischargeTime: string;
  readonly department: string;
  readonly ward: string;
  readonly bed: string;
  readonly doctor: string;
}

/** The settings of the handler, with the schema's defaults filled in by the host. */
export interface CdssConfig {
  readonly baseUrl: string;
  readonly path: string;
  readonly hospitalCode: string;
  readonly timeoutMs: number;
  /** The visit type that means inpatient. */
  readonly inpatientType: string;
  readonly columns: VisitColumns;
  /** The names under which the service knows the scenes. */
  readonly scenes: { readonly admit: string; readonly discharge: string };
}

const column = (name: string): ConfigSchema => ({ type: "string", minLength: 1, default: name });

/** Emitted as `config.schema.json`; a test holds the two equal. */
export const configSchema: ConfigSchema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "Decision support",
  type: "object",
  additionalProperties: false,
  properties: {
    baseUrl: { type: "string", minLength: 1, default: "${env:CDSS_HOST}", title: "Base URL of the service" },
    path: { type: "string", pattern: "^/", default: "/api/trigger", title: "Path of the trigger call" },
    hospitalCode: { type: "string", default: "", title: "Code of the hospital" },
    timeoutMs: {
      type: "integer",
      minimum: 100,
      maximum: 120_000,
      default: 2_000,
      title: "Milliseconds a call may take",
    },
    inpatientType: { type: "string", minLength: 1, default: "I", title: "Visit type of inpatients" },
    columns: {
      type: "object",
      additionalProperties: false,
      default: {},
      title: "Columns of the visit table",
      properties: {
        patientId: column("patient_id"),
        visitId: column("visit_id"),
        visitType: column("visit_type"),
        admitTime: column("admit_time"),
        dischargeTime: column("discharge_time"),
        department: column("dept_code"),
        ward: column("ward_code"),
        bed: column("bed_no"),
        doctor: column("attending_doctor"),
      },
    },
    scenes: {
      type: "object",
      additionalProperties: false,
      default: {},
      title: "Names of the scenes",
      properties: {
        admit: { type: "string", minLength: 1, default: "住院" },
        discharge: { type: "string", minLength: 1, default: "出院" },
      },
    },
  },
};

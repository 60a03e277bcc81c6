import type { ConfigSchema } from "@gluttony/sdk";

/** Which column of the patient table holds what. */
export interface PatientColumns {
  readonly patientId: string;
  readonly name: string;
  readonly pinyin: string;
  readonly sex: string;
  readonly birthDate: string;
  readonly idType: string;
  readonly idNo: string;
  readonly inpatientNo: string;
  readonly cardNo: string;
  readonly phone: string;
  readonly nation: string;
  readonly address: string;
}

/** The settings of the handler, with the schema's defaults filled in by the host. */
export interface EmpiConfig {
  readonly baseUrl: string;
  readonly path: string;
  readonly sourceSystem: string;
  readonly orgCode: string;
  readonly timeoutMs: number;
  readonly columns: PatientColumns;
  /** Codes of the source to GB/T 2261.1: 1 male, 2 female; what is not listed becomes 0, unknown. */
  readonly genderCodes: { readonly [code: string]: string };
  /** Texts that stand for "no number" in the identity column. */
  readonly idPlaceholders: readonly string[];
  readonly events: { readonly delete: "park" | "ignore" };
}

const column = (name: string): ConfigSchema => ({ type: "string", minLength: 1, default: name });

/** Emitted as `config.schema.json`; a test holds the two equal. */
export const configSchema: ConfigSchema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "Patient index",
  type: "object",
  additionalProperties: false,
  properties: {
    baseUrl: { type: "string", minLength: 1, default: "${env:EMPI_HOST}", title: "Base URL of the index" },
    path: {
      type: "string",
      pattern: "^/",
      default: "/api/client/patient/add",
      title: "Path of the add call",
    },
    sourceSystem: { type: "string", minLength: 1, default: "HIS", title: "Code of the source system" },
    orgCode: { type: "string", default: "", title: "Code of the organization" },
    timeoutMs: {
      type: "integer",
      minimum: 100,
      maximum: 120_000,
      default: 10_000,
      title: "Milliseconds a call may take",
    },
    columns: {
      type: "object",
      additionalProperties: false,
      default: {},
      title: "Columns of the patient table",
      properties: {
        patientId: column("patient_id"),
        name: column("name"),
        pinyin: column("name_phonetic"),
        sex: column("sex"),
        birthDate: column("date_of_birth"),
        idType: column("id_type"),
        idNo: column("id_no"),
        inpatientNo: column("inp_no"),
        cardNo: column("card_no"),
        phone: column("mobile"),
        nation: column("nation"),
        address: column("mailing_address"),
      },
    },
    genderCodes: {
      type: "object",
      additionalProperties: { type: "string" },
      default: { 男: "1", 女: "2", M: "1", F: "2", "1": "1", "2": "2" },
      title: "Codes of the sex",
    },
    idPlaceholders: {
      type: "array",
      items: { type: "string" },
      default: ["无", "不详", "0"],
      title: "Texts that stand for no identity number",
    },
    events: {
      type: "object",
      additionalProperties: false,
      default: {},
      title: "What becomes of events",
      properties: { delete: { enum: ["park", "ignore"], default: "park", title: "Deleted patients" } },
    },
  },
};

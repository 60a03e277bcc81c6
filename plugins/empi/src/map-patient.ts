import type { Change, Row } from "@gluttony/sdk";
import { columnText } from "@gluttony/sdk/targets";
import type { EmpiConfig } from "./config.ts";

interface Identifier {
  readonly type: string;
  readonly system?: string;
  readonly value: string;
}

/** A patient as the index takes it; what the row does not carry is left out. */
export interface Patient {
  readonly localId: string;
  readonly name: string;
  readonly pinyin?: string;
  readonly genderCode: string;
  readonly birthDate?: string;
  readonly phone?: string;
  readonly nationCode?: string;
  readonly address?: string;
  readonly identifiers: readonly Identifier[];
}

/** The body of the client's add call. */
export interface ClientAdd {
  readonly sourceSystem: string;
  readonly orgCode: string;
  readonly eventId: string;
  readonly eventType: "ADD" | "UPDATE";
  readonly eventTime?: string;
  readonly patient: Patient;
}

/** A row without these columns cannot be registered; names the columns, never their values. */
export interface RequiredMissing {
  readonly missing: readonly string[];
}

/** Maps a changed row to the body of the call. `eventId` is the idempotency key, the same in every attempt. */
export function mapPatient(change: Change, config: EmpiConfig, eventId: string): ClientAdd | RequiredMissing {
  const row = change.after ?? {};
  const { columns } = config;
  const localId = columnText(row, columns.patientId);
  const name = columnText(row, columns.name);
  if (localId === null || name === null) return { missing: missingColumns(row, config) };
  const { committedAtMs } = change.source;
  return {
    sourceSystem: config.sourceSystem,
    orgCode: config.orgCode,
    eventId,
    eventType: change.operation === "update" ? "UPDATE" : "ADD",
    ...(committedAtMs === null ? {} : { eventTime: new Date(committedAtMs).toISOString() }),
    patient: { localId, name, ...details(row, config), identifiers: identifiersOf(row, config) },
  };
}

function missingColumns(row: Row, { columns }: EmpiConfig): readonly string[] {
  return [columns.patientId, columns.name].filter((column) => columnText(row, column) === null);
}

function details(
  row: Row,
  { columns, genderCodes }: EmpiConfig,
): Omit<Patient, "localId" | "name" | "identifiers"> {
  const sex = columnText(row, columns.sex);
  const known = sex !== null && Object.hasOwn(genderCodes, sex) ? genderCodes[sex] : undefined;
  return {
    genderCode: known ?? "0",
    ...optional("pinyin", columnText(row, columns.pinyin)),
    ...optional("birthDate", birthDay(row, columns.birthDate)),
    ...optional("phone", columnText(row, columns.phone)),
    ...optional("nationCode", columnText(row, columns.nation)),
    ...optional("address", columnText(row, columns.address)),
  };
}

/** The day of a date or timestamp column. A bare number is left out: without a schema its unit is not known. */
function birthDay(row: Row, column: string): string | null {
  return /^(\d{4}-\d{2}-\d{2})(?:$|[T ])/.exec(columnText(row, column) ?? "")?.[1] ?? null;
}

function identifiersOf(row: Row, { columns, idPlaceholders }: EmpiConfig): readonly Identifier[] {
  const idNo = columnText(row, columns.idNo);
  const inpatientNo = columnText(row, columns.inpatientNo);
  const cardNo = columnText(row, columns.cardNo);
  const identifiers: Identifier[] = [];
  if (idNo !== null && !idPlaceholders.includes(idNo)) {
    const type = columnText(row, columns.idType) ?? "01";
    identifiers.push({ type, system: "2.16.156.10011.1.3", value: idNo.toUpperCase() });
  }
  if (inpatientNo !== null)
    identifiers.push({ type: "MR", system: "2.16.156.10011.1.12", value: inpatientNo });
  if (cardNo !== null) identifiers.push({ type: "CARD", value: cardNo });
  return identifiers;
}

function optional(name: string, value: string | null): { readonly [name: string]: string } {
  return value === null ? {} : { [name]: value };
}

import {
  type ConsumerDraft,
  type ConsumerRow,
  type Fault,
  formsOf,
  secretLengthMin,
  secretsOfConnString,
} from "@gluttony/model";
import { wantedConnString } from "./conn-string.ts";
import type { ConsumerBody } from "./schemas/consumers.ts";

/** Makes the draft that a body asks for, on top of the stored row if there is one. Pure. */
export function draftOf(
  body: ConsumerBody,
  stored: ConsumerRow | null,
): { readonly draft: ConsumerDraft; readonly faults: readonly Fault[] } {
  const wanted = wantedConnString(body.conn_string, stored?.connString ?? null);
  const draft = {
    name: body.name,
    connString: "value" in wanted ? wanted.value : null,
    dataSource: body.data_source ?? null,
    captureSchema: body.capture_schema ?? null,
    captureTable: body.capture_table ?? null,
    topic: body.topic ?? null,
    group: body.group ?? null,
    handlerFunc: body.handler_func,
    globalKey: body.global_key ?? [],
    isValid: body.is_valid ?? true,
    configuration: body.configuration ?? {},
  };
  return { draft, faults: "fault" in wanted ? [wanted.fault] : [] };
}

/** Takes the connection string, and what is secret in it, out of faults: whoever checks a draft may quote what it read. */
export function withoutSecret(faults: readonly Fault[], secret: string | null): readonly Fault[] {
  if (secret === null || secret === "") return faults;
  const parts = secretsOfConnString(secret).filter(({ length }) => length >= secretLengthMin);
  const hidden = [secret, ...parts.flatMap(formsOf)];
  const hide = (text: string): string => hidden.reduce((left, part) => left.replaceAll(part, "…"), text);
  return faults.map((fault) => ({
    path: hide(fault.path),
    message: hide(fault.message),
    ...(fault.suggestion === undefined ? {} : { suggestion: hide(fault.suggestion) }),
  }));
}

import { createHash } from "node:crypto";
/** The path of the EMPI's interface for registering and changing a patient. */
export const EMPI_ADD_PATH = "/api/client/patient/add";
/** An EMPI that gives every local patient id an enterprise id, the same one every time. */
export const empiStub = {
  name: "empi",
  answer({ path, body }) {
    if (path !== EMPI_ADD_PATH && path !== "/api/client/patient/merge") return undefined;
    const { subject } = empiSubject(body);
    if (subject === undefined) return { status: 200, body: { code: 500, msg: "患者标识不能为空" } };
    return { status: 200, body: { code: 0, data: { empiId: empiIdOf(subject), matched: "NEW" } } };
  },
  subjectOf: empiSubject,
};
/** A CDSS that takes every trigger and answers with no card. */
export const cdssStub = {
  name: "cdss",
  answer: () => ({ status: 200, body: { code: 0, data: { cards: [] } } }),
  subjectOf: (body) => ({
    subject: textAt(body, ["visit", "id"]) ?? textAt(body, ["context", "encounterId"]),
    version: textAt(body, ["occurredAt"]),
  }),
};
/** A receiver of base data that accepts every item, one result each. */
export const datasyncStub = {
  name: "datasync",
  answer: ({ body }) => ({ status: 200, body: { code: 0, results: itemsOf(body).map(acceptedItem) } }),
  subjectOf: (body) => ({ subject: textAt(body, ["dict"]), version: textAt(body, ["version"]) }),
};
function empiSubject(body) {
  return {
    subject: textAt(body, ["patient", "localId"]) ?? textAt(body, ["patientId"]) ?? textAt(body, ["localId"]),
    version: textAt(body, ["version"]) ?? textAt(body, ["eventTime"]),
  };
}
function empiIdOf(subject) {
  const number = createHash("sha256").update(subject).digest().readUInt32BE(0);
  return `E${String(number).padStart(10, "0")}`;
}
function itemsOf(body) {
  const items = typeof body === "object" && body !== null && "items" in body ? body.items : undefined;
  return Array.isArray(items) ? items : [];
}
function acceptedItem(item) {
  return { code: textAt(item, ["code"]) ?? "", ok: true };
}
function textAt(value, path) {
  let at = value;
  for (const name of path) {
    if (typeof at !== "object" || at === null) return undefined;
    at = Object.entries(at).find(([key]) => key === name)?.[1];
  }
  return typeof at === "string" || typeof at === "number" ? String(at) : undefined;
}

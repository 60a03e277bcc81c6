import { JOURNAL_PAGE_MAX } from "./stub-journal.js";
import { parseStubMode } from "./stub-mode.js";
/**
 * `GET /__journal?after=N` gives a page of the journal, `GET /__mode` and `PUT /__mode` the behaviour, `PUT /__rejects`
 * with `{"subjects":[…]}` the subjects that are always refused.
 */
export async function answerControl(stub, request) {
  const url = new URL(request.url, "http://stub");
  switch (`${request.method} ${url.pathname}`) {
    case "GET /__journal":
      return journalPage(stub, Number(url.searchParams.get("after") ?? 0));
    case "GET /__mode":
      return { status: 200, body: stub.mode };
    case "PUT /__mode":
      return changeMode(stub, request.body);
    case "PUT /__rejects":
      return changeRejects(stub, request.body);
    default:
      return {
        status: 404,
        body: { message: "Known: GET /__journal, GET and PUT /__mode, PUT /__rejects." },
      };
  }
}
function journalPage(stub, after) {
  if (!Number.isSafeInteger(after) || after < 0)
    return { status: 400, body: { message: "after is a number." } };
  const entries = stub.journal(after).slice(0, JOURNAL_PAGE_MAX);
  return { status: 200, body: { dropped: stub.dropped, next: entries.at(-1)?.number ?? after, entries } };
}
async function changeMode(stub, body) {
  const mode = parseStubMode(body);
  if (mode === undefined) {
    const known = "ok, slow, unavailable, throttled, refuse, businessError, hang";
    return { status: 400, body: { message: `mode is one of ${known}.` } };
  }
  await stub.setMode(mode);
  return { status: 200, body: mode };
}
function changeRejects(stub, body) {
  const listed = typeof body === "object" && body !== null && "subjects" in body ? body.subjects : undefined;
  if (!Array.isArray(listed)) return { status: 400, body: { message: "subjects is a list of texts." } };
  const subjects = new Set(listed.map(String));
  stub.setRejects((request) => request.subject !== undefined && subjects.has(request.subject));
  return { status: 200, body: { subjects: subjects.size } };
}

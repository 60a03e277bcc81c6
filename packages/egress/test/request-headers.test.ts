import { expect, test } from "vitest";
import { checkHeaders } from "../src/request-headers.ts";

test.each([
  "Host",
  "connection",
  "Transfer-Encoding",
  "UPGRADE",
  "te",
  "trailer",
  "keep-alive",
  "expect",
  "Proxy-Authorization",
])("%s belongs to the host, which is a fault of the code", (name) => {
  expect(checkHeaders({ [name]: "x" })).toMatchObject({ isFaultOfCode: true });
});

test.each(["a\r\nhost: evil", "a\nb", "a\0b", "张三"])(
  "a value that is not one line is a fault of the record",
  (value) => {
    const checked = checkHeaders({ "x-name": value });

    expect(checked).toMatchObject({ isFaultOfCode: false });
    expect(JSON.stringify(checked)).not.toContain(value);
  },
);

test.each(["", "a b", "a:b", "a\r\nb", "ä"])("a name that is not a token is refused: %j", (name) => {
  expect(checkHeaders({ [name]: "x" })).toMatchObject({ isFaultOfCode: true });
});

test("the length follows from the body, so a written one is left out", () => {
  expect(checkHeaders({ "Content-Length": "7", "Content-Type": "text/xml" })).toEqual({
    headers: ["content-type", "text/xml"],
  });
});

test("many or large headers are refused", () => {
  const many = Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`x-${index}`, "1"]));

  expect(checkHeaders(many)).toHaveProperty("refusal");
  expect(checkHeaders({ "x-large": "a".repeat(16_385) })).toHaveProperty("refusal");
});

test("the host's own headers are added where the handler wrote none of their name", () => {
  const defaults = { "accept-encoding": "identity", "idempotency-key": "host" };

  expect(checkHeaders({ "Idempotency-Key": "mine" }, defaults)).toEqual({
    headers: ["idempotency-key", "mine", "accept-encoding", "identity"],
  });
});

test("a header that is written twice in different letters is sent once, as it was written last", () => {
  expect(checkHeaders({ "X-Name": "a", accept: "*/*", "x-name": "b" })).toEqual({
    headers: ["x-name", "b", "accept", "*/*"],
  });
});

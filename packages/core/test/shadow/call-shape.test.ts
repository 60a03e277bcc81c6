import { expect, test } from "vitest";
import { shapeOf } from "../../src/shadow/call-shape.ts";

test("a shape keeps the words of a route, and nothing that may be a key, a name or a value", () => {
  expect(shapeOf("post", "https://empi.example:8443/api/v1/patient_index/4711/Meier?name=Meier#x")).toEqual({
    method: "POST",
    origin: "https://empi.example:8443",
    path: "/api/v1/patient_index/*/*",
  });
  expect(shapeOf("GET", "http://a/%E5%BC%A0/o'brien/2024-01-01/")).toMatchObject({ path: "/*/*/*/" });
});

test("an address that cannot be read is told apart and not repeated", () => {
  expect(shapeOf("GET", "Meier, Anna")).toEqual({ method: "GET", origin: "?", path: "?" });
});

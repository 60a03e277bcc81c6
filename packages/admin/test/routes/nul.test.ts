import { expect, test } from "vitest";
import { appOver } from "../support/small-house.ts";

test.each([
  ["GET", "/api/v1/consumers/%00", undefined],
  ["GET", "/api/v1/consumers?name=%00", undefined],
  ["POST", "/api/v1/consumers", { name: "a\u0000b", topic: "t", handler_func: "empi" }],
  [
    "POST",
    "/api/v1/consumers",
    { name: "a", topic: "t", handler_func: "empi", configuration: { "a\u0000": 1 } },
  ],
] as const)("%s %s with U+0000 is a fault of the caller", async (method, url, payload) => {
  const { app } = appOver();

  const answer = await app.inject({ method, url, ...(payload === undefined ? {} : { payload }) });

  expect([answer.statusCode, answer.json().code]).toEqual([400, "request.invalid"]);
});

import { createRequire } from "node:module";
import { expect, test } from "vitest";
import { endlessRetries } from "../../src/guards/endless-retries.ts";

type Retry = (settings: object) => (attempt: () => Promise<never>) => Promise<never>;

const createRetry: Retry = createRequire(import.meta.url)("kafkajs/src/retry/index.js");

test("a loop of kafkajs that is under way ends when the client is closed", async () => {
  const endless = endlessRetries();
  let attempts = 0;
  const settings = { retries: endless.retries, initialRetryTime: 1, maxRetryTime: 1 };

  const loop = createRetry(settings)(() => {
    attempts += 1;
    if (attempts === 20) endless.end();
    return Promise.reject(new Error("down"));
  });

  await expect(loop).rejects.toThrow("down");
  expect(attempts).toBeLessThan(23);
});

import { expect, test } from "vitest";
import { KAFKAJS_VERSION, checkVersion, kafkajsInternals } from "../../src/guards/kafkajs-internals.ts";

test("the installed kafkajs is the one that the guards know", () => {
  expect(() => kafkajsInternals()).not.toThrow();
});

test.each(["2.2.3", "2.3.0", "2.2.4-beta.1", ""])("version %j is refused", (installed) => {
  expect(() => checkVersion(installed)).toThrow(
    expect.objectContaining({
      code: "kafka.version_unsupported",
      facts: { installed, supported: KAFKAJS_VERSION },
    }),
  );
});

test("every function that a guard replaces is where it was", () => {
  const { ConsumerGroup, OffsetManager, RequestQueue, fetchResponse, apiKeys, requests } = kafkajsInternals();

  expect(ConsumerGroup.prototype).toMatchObject({
    joinAndSync: expect.any(Function),
    fetch: expect.any(Function),
    recoverFromFetch: expect.any(Function),
  });
  expect(OffsetManager.prototype).toMatchObject({
    resolveOffsets: expect.any(Function),
    setDefaultOffset: expect.any(Function),
  });
  expect(RequestQueue.prototype.scheduleCheckPendingRequests).toBeTypeOf("function");
  expect(fetchResponse.decode).toBeTypeOf("function");
  expect([apiKeys.OffsetCommit, requests.OffsetCommit]).toEqual([8, expect.anything()]);
});

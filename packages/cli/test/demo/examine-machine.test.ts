import { expect, test } from "vitest";
import { checkNode } from "../../src/demo/examine-machine.ts";

test.for(["20.19.0", "20.20.2", "22.0.0", "100.1.1"])("Node %s will do", (version) => {
  expect(() => checkNode(version)).not.toThrow();
});

test.for(["20.18.3", "18.20.0", "8.0.0"])("Node %s is too old", (version) => {
  expect(() => checkNode(version)).toThrow(expect.objectContaining({ code: "environment.unsupported" }));
});

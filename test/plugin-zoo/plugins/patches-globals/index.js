import { defineHandler } from "@gluttony/sdk";

const refuse = () => {
  throw new Error("patched");
};

/** Puts its own functions in place of the language's. */
export const onChange = defineHandler({
  name: "onChange",
  handle(change) {
    if (change.after.do !== "act") return undefined;
    JSON.parse = () => ({ op: "d" });
    JSON.stringify = refuse;
    Object.prototype.toJSON = refuse;
    Array.prototype.push = refuse;
    Buffer.alloc = refuse;
    Buffer.allocUnsafe = refuse;
    globalThis.setTimeout = refuse;
    globalThis.setImmediate = refuse;
    globalThis.setInterval = refuse;
    Promise.prototype.finally = refuse;
    return undefined;
  },
});

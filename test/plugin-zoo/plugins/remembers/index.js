import { defineHandler } from "@gluttony/sdk";

const deeds = {
  count: async ({ state }) => {
    const seen = (await state.get("seen")) ?? 0;
    await state.set("seen", seen + 1);
    return { filtered: `seen-${seen}` };
  },
  forget: async ({ state }) => {
    await state.delete("seen");
    return { filtered: `now-${String(await state.get("seen"))}` };
  },
  "empty-key": ({ state }) => state.set("", 1),
  "no-json": ({ state }) => state.set("bad", 7n),
  "too-large": ({ state }) => state.set("bad", "x".repeat(70_000)),
  nested: async ({ state }) => {
    await state.set("nested", { list: [1, null, "three"] });
    return { filtered: `three-${(await state.get("nested")).list.length}` };
  },
  secret: async ({ secret }) => {
    const value = await secret("token");
    return { filtered: `token-${value.length}` };
  },
  "another-secret": async ({ secret }) => ({ filtered: `token-${await secret("another")}` }),
};

/** Uses the host's memory and secrets; the row says how. Tells on its log that it was flushed, before it is torn down. */
export const onChange = defineHandler({
  name: "onChange",
  handle: (change, context) => deeds[change.after.do]?.(context),
  flush: () => console.log("flushed"),
  teardown: () => console.log("torn down"),
});

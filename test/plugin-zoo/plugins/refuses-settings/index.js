import { defineHandler } from "@gluttony/sdk";

const range = { type: "object", properties: { from: { type: "number" }, to: { type: "number" } } };

/** A schema as a library would make it: what JSON Schema says of the settings, and more that it cannot say. */
const ordered = {
  "~standard": {
    version: 1,
    vendor: "zoo",
    validate: (value) =>
      value.from <= value.to ? { value } : { issues: [{ message: "From is after to.", path: ["from"] }] },
    jsonSchema: { input: () => range },
  },
};

/** Tells by which settings it works. */
export const onChange = defineHandler({
  name: "onChange",
  config: ordered,
  handle: (_change, { config }) => ({ filtered: `from-${config.from}-to-${config.to}` }),
});

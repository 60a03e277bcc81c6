/** Marked by a copy of the SDK of its own, as a bundle has it. */
export const onChange = Object.freeze({
  name: "onChange",
  handle: () => undefined,
  [Symbol.for("@gluttony/sdk/handler")]: 1,
});

/** Exported beside, and not in the manifest: nobody calls it. */
export const extra = 1;

import { defineHandler } from "@gluttony/sdk";

/** Reads two columns and is done: what remains is the cost of the cell. */
export const nothing = defineHandler({
  name: "nothing",
  handle: (change) => {
    if (change.after?.id === change.after?.name) throw new Error("The rows of the bench differ.");
    return undefined;
  },
});

/** Posts the row, as most handlers do. */
export const post = defineHandler({
  name: "post",
  async handle(change, context) {
    const response = await context.fetch(context.config.url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(change.after),
    });
    if (response.status !== 200) throw new Error("The target of the bench answers 200.");
    return undefined;
  },
});

import { EventEmitter } from "node:events";
import { defineHandler } from "@gluttony/sdk";

const later = {
  throw: () => {
    throw new Error("late");
  },
  reject: () => void Promise.reject(new Error("late")),
  emit: () => new EventEmitter().emit("error", new Error("late")),
};

/** Fails after it has answered; the row says how. */
export const onChange = defineHandler({
  name: "onChange",
  handle(change) {
    const fail = later[change.after.do];
    if (fail !== undefined) setTimeout(() => fail(), 20);
  },
});

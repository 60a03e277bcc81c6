import { defineHandler } from "@gluttony/sdk";

const kept = [];

/** Keeps a mebibyte of every record, and is otherwise good. */
export const onChange = defineHandler({
  name: "onChange",
  handle() {
    kept.push(Buffer.alloc(1024 * 1024, 1));
  },
});

export type { Codec, NotAChange, Undecodable } from "./codec.ts";

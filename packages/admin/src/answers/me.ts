import type { TSchema } from "@sinclair/typebox";
import { count, exactly, flag, orNull, pageOf, text, time } from "./forms.ts";

/** Where a person is signed in. */
export const sessionPageAnswer: TSchema = pageOf(
  exactly({
    id: text,
    createdAt: time,
    seenAt: time,
    expiresAt: time,
    address: orNull(text),
    client: orNull(text),
    isCurrent: flag,
  }),
);

/** How many sessions ended. */
export const endedAnswer: TSchema = exactly({ ended: count });

import type { Failure } from "@gluttony/model";

/** Why nothing was sent: another host may hold the partition by now, and may be doing the same. */
export const leaseLost: Failure = {
  kind: "transient",
  code: "handler.lease_lost",
  message: "The hold on the partition had lapsed, so nothing was sent.",
};

/** Whether the host still holds what it acts for; a caller without a lease always does. */
export function mayCall({ mayCall: ask }: { readonly mayCall?: () => boolean }): boolean {
  return ask === undefined || ask();
}

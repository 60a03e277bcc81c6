import { isDeepStrictEqual } from "node:util";
import type { ResolvedHandler } from "@gluttony/core";
import type { Consumer } from "@gluttony/model";

/** A handler, and the version of the consumer that it works for. */
export interface HandlerFor {
  readonly consumer: Consumer;
  readonly resolved: ResolvedHandler;
}

/** Whether the same code runs with the same settings, rights and deadlines. Pure. */
export function isSameHandler(before: HandlerFor, after: HandlerFor): boolean {
  const { resolved: was, consumer: old } = before;
  const { resolved: is, consumer } = after;
  return (
    was.release.treeHash === is.release.treeHash &&
    was.release.package === is.release.package &&
    was.handler === is.handler &&
    isDeepStrictEqual(was.release.grantedNet, is.release.grantedNet) &&
    isDeepStrictEqual(was.release.grantedSecrets ?? {}, is.release.grantedSecrets ?? {}) &&
    isDeepStrictEqual(was.config, is.config) &&
    old.delivery.deadlineMs === consumer.delivery.deadlineMs &&
    old.delivery.graceMs === consumer.delivery.graceMs
  );
}

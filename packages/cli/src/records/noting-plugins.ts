import type { AttemptRequest, AttemptResult, Cell, CellLease, PluginHost } from "@gluttony/core";
import type { AttemptNotes } from "./attempt-notes.ts";

/** The same plugin host, whose attempts are noted while somebody looks at their consumer. Else it asks one question an attempt. */
export function notingPlugins(plugins: PluginHost, notes: AttemptNotes): PluginHost {
  return {
    resolve: (handlerFunc, config, consumerId) => plugins.resolve(handlerFunc, config, consumerId),
    acquire: async (resolved, wish) => notingLease(await plugins.acquire(resolved, wish), notes),
    resolveShadow: (handlerFunc, config, consumerId) =>
      plugins.resolveShadow(handlerFunc, config, consumerId),
    acquireShadow: (resolved) => plugins.acquireShadow(resolved),
    close: (budgetMs) => plugins.close(budgetMs),
  };
}

function notingLease(lease: CellLease, notes: AttemptNotes): CellLease {
  const { cell } = lease;
  const noting: Cell = {
    get release() {
      return cell.release;
    },
    attempt: (request) => (notes.isWatching ? noted(cell, request, notes) : cell.attempt(request)),
    checkSettings: (consumer) => cell.checkSettings(consumer),
    observe: () => cell.observe(),
    recycle: () => cell.recycle(),
    close: (budgetMs) => cell.close(budgetMs),
  };
  return { cell: noting, release: () => lease.release() };
}

async function noted(cell: Cell, request: AttemptRequest, notes: AttemptNotes): Promise<AttemptResult> {
  const startedMs = performance.now();
  const result = await cell.attempt(request);
  notes.note(request, result, performance.now() - startedMs);
  return result;
}

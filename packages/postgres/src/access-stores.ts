import { type Accounts, createAccounts } from "./accounts.ts";
import { type ApiTokens, createApiTokens } from "./api-tokens.ts";
import { type Audit, createAudit } from "./audit.ts";
import { createOwnData, type OwnData } from "./own-data.ts";
import type { Pool } from "./pool.ts";
import { withRequestFacts } from "./request-facts.ts";
import { createRequestMemory, type RequestMemory } from "./request-memory.ts";
import { createSessions, type Sessions, type SessionTimes } from "./sessions.ts";

/** Who may do what, and what was done: the admin API's own stores. */
export interface AccessStores {
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly tokens: ApiTokens;
  readonly own: OwnData;
  readonly audit: Audit;
  readonly requests: RequestMemory;
  readonly withRequest: typeof withRequestFacts;
}

export function createAccessStores(pool: Pool, times: Partial<SessionTimes> = {}): AccessStores {
  return {
    accounts: createAccounts(pool),
    sessions: createSessions(pool, times),
    tokens: createApiTokens(pool),
    own: createOwnData(pool),
    audit: createAudit(pool),
    requests: createRequestMemory(pool),
    withRequest: withRequestFacts,
  };
}

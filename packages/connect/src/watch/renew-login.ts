/** Milliseconds after which what a reference leads to is read anew. */
const RENEW_MS = 300_000;
/** The same when the source refuses the login: somebody may just have changed the password. */
const RENEW_REFUSED_MS = 30_000;

/** How PostgreSQL, MySQL, SQL Server and Oracle say that name or password is wrong. */
const refusal =
  /password authentication failed|authentication failed|access denied for user|login failed for user|ora-01017|\b28p01\b/i;

/** What is known when a connector is looked at. */
export interface LoginMoment {
  readonly nowMs: number;
  /** When its login was last read; null when this host never did. */
  readonly renewedMs: number | null;
  /** First line of what failed; null when nothing did. */
  readonly failure: string | null;
}

/**
 * Whether the login behind a connector is to be read anew: every five minutes, and every half minute while the source refuses it.
 * Pure.
 */
export function isLoginDue({ nowMs, renewedMs, failure }: LoginMoment): boolean {
  const isRefused = failure !== null && refusal.test(failure);
  if (renewedMs === null) return isRefused;
  return nowMs - renewedMs >= (isRefused ? RENEW_REFUSED_MS : RENEW_MS);
}

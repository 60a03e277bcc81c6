import { createHash } from "node:crypto";
import { type Grant, GluttonyError, type UserAccount } from "@gluttony/model";
import { type AccountRow, accountColumns, accountOf, endSessions } from "./accounts.ts";
import { asActor } from "./as-actor.ts";
import type { Pool, Queries } from "./pool.ts";

/** A person as the identity provider knows them. */
export interface ProviderPerson {
  readonly issuer: string;
  /** Never given to anybody else by the issuer. */
  readonly subject: string;
  /** How they are called here at first, unless somebody is called so already. */
  readonly name: string;
  readonly grants: readonly Grant[];
}

/** Accounts of people whom the identity provider knows. */
export interface ProviderAccounts {
  /**
   * Brings the account of issuer and subject to the roles that are given; makes it at the first sign-in. It is found by these
   * two alone: a name or an address of somebody else's account leads nowhere. Without a role nothing is made, and sessions end.
   * One that is disabled is answered as it is. Null when there is none.
   */
  follow(person: ProviderPerson): Promise<UserAccount | null>;
}

/** As whom the audit names it. */
const actor = "identity-provider";
const markLength = 8;
const nameLengthMax = 128;

export function createProviderAccounts(pool: Pool): ProviderAccounts {
  return {
    follow: (person) =>
      asActor(pool, actor, async (queries) => {
        const known = (await find(queries, person)) ?? (await make(queries, person));
        if (known === null || known.isDisabled) return known;
        return sameGrants(known.grants, person.grants) ? known : change(queries, known.id, person.grants);
      }),
  };
}

async function find(queries: Queries, person: ProviderPerson): Promise<UserAccount | null> {
  const [row] = await queries.query<AccountRow>(
    `select ${accountColumns} from cdc.user_account where subject = $1 for update`,
    [subjectOf(person)],
  );
  return row === undefined ? null : accountOf(row);
}

/** Two first sign-ins of one person at once make one account: the second waits, and finds it. */
async function make(queries: Queries, person: ProviderPerson): Promise<UserAccount | null> {
  if (person.grants.length === 0) return null;
  for (const name of [person.name, markedName(person)]) {
    const [made] = await queries.query<AccountRow>(
      `insert into cdc.user_account (name, subject, grants, created_by) values ($1, $2, $3, $4)
       on conflict do nothing returning ${accountColumns}`,
      [name, subjectOf(person), JSON.stringify(person.grants), actor],
    );
    if (made !== undefined) return accountOf(made);
    const other = await find(queries, person);
    if (other !== null) return other;
  }
  throw new GluttonyError("user.name_taken");
}

async function change(queries: Queries, id: string, grants: readonly Grant[]): Promise<UserAccount | null> {
  if (grants.length === 0) await endSessions(queries, id);
  const [row] = await queries.query<AccountRow>(
    `update cdc.user_account set grants = $2, revision = revision + 1 where id = $1 returning ${accountColumns}`,
    [id, JSON.stringify(grants)],
  );
  return row === undefined ? null : accountOf(row);
}

/** No issuer has a space in it. */
function subjectOf({ issuer, subject }: ProviderPerson): string {
  return `${issuer} ${subject}`;
}

/** Somebody else has the name; the mark is the same at every try, and nobody can choose it. */
function markedName(person: ProviderPerson): string {
  const mark = createHash("sha256").update(subjectOf(person), "utf8").digest("hex").slice(0, markLength);
  return `${person.name.slice(0, nameLengthMax - markLength - 1)}~${mark}`;
}

function sameGrants(left: readonly Grant[], right: readonly Grant[]): boolean {
  const written = (grants: readonly Grant[]): string => JSON.stringify(grants.map(textOf).toSorted());
  return written(left) === written(right);
}

function textOf({ role, scope }: Grant): string {
  const labels = Object.entries(scope ?? {}).toSorted(([left], [right]) => (left < right ? -1 : 1));
  return JSON.stringify([role, scope === null ? null : labels]);
}

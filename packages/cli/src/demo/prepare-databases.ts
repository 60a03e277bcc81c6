import { createPool, migrate } from "@gluttony/postgres";
import type { Postgres } from "../local-stack/postgres.ts";
import { type HospitalSize, hospitalSql } from "../local-stack/seed-hospital.ts";

/** The sample hospital's database, which the connector reads. */
export const HOSPITAL_DATABASE = "his_demo";
/** The database in which gluttony remembers. */
export const OWN_DATABASE = "gluttony";

/** Makes both databases on the first run; on kept data it only migrates. Says how many migrations ran. */
export async function prepareDatabases(postgres: Postgres, hospital: HospitalSize): Promise<number> {
  await postgres.createDatabase(HOSPITAL_DATABASE);
  await postgres.createDatabase(OWN_DATABASE);
  await postgres.execute(HOSPITAL_DATABASE, hospitalSql(hospital));
  await using pool = createPool({ connectionString: postgres.url(OWN_DATABASE) });
  return (await migrate(pool)).length;
}

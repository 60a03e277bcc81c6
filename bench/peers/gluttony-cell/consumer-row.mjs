// One row of `cdc.consumer`, as an administrator would insert it.

/**
 * Attempts per slot. Slots are what the target sees: `GLUTTONY_TARGET_CONCURRENCY` bounds the calls. An attempt that waits
 * for its call's turn is decoded already, so a free connection is used at once.
 */
const ahead = 2;

/** Room for records in flight, as the reference asks: max(2,000, 8 × slots). */
function inFlightOf(slots) {
  return Math.max(2_000, 8 * slots);
}

/** Replaces every consumer by `count` ones on a topic; each reads as a group of its own. Answers their names. */
export async function desireConsumers(
  stage,
  { topic, group, slots, handler, startFrom = "earliest", count = 1 },
) {
  await stage.pool.query("delete from cdc.consumer");
  const names = [];
  for (let index = 0; index < count; index += 1) {
    const name = count === 1 ? group : `${group}-${index}`;
    names.push(name);
    const delivery = { concurrency: slots * ahead, inFlightMax: inFlightOf(slots), startFrom };
    await stage.pool.query(
      `insert into cdc.consumer (name, data_source, topic, "group", handler_func, global_key, is_valid, configuration)
       values ($1, 'postgresql', $2, $1, $3, '{patient_id}', true, $4)`,
      [name, topic, `@gluttony-bench/handlers#${handler}`, JSON.stringify({ delivery })],
    );
  }
  return names;
}

/** How many records of a consumer ended, as the database knows it. */
export async function endedCount(stage, name) {
  const [row] = await stage.pool.query(
    `select coalesce(sum(p.done + p.filtered), 0)::int as ended from cdc.consumer c
     join cdc.position p on p.consumer_id = c.id::text where c.name = $1`,
    [name],
  );
  return row?.ended ?? 0;
}

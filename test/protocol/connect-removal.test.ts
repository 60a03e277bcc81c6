import { type ConnectorsCollaborators, createConnectors } from "@gluttony/connect";
import { describe, expect, test } from "vitest";
import { makeConsumer } from "../../packages/connect/test/make-consumer.ts";
import { SECRET, connectorsOf, makeHouse, refusal } from "../../packages/connect/test/small-house.ts";

describe("removing what nobody uses", () => {
  test("connector, slot, publication and memory go, in this order, when the last row is gone", async (context) => {
    const house = await makeHouse(context);
    const connectors = connectorsOf(house);
    await connectors.ensure(makeConsumer({ id: "1" }));
    await connectors.ensure(makeConsumer({ id: "2", connString: "${env:HIS}" }));
    const [entry] = house.entries.values();

    house.ids.delete("1");
    expect(await connectors.removeUnused()).toEqual([]);
    expect(house.worker.connectors.size).toBe(1);

    house.ids.delete("2");
    expect(await connectors.removeUnused()).toEqual([entry?.name]);
    expect(house.worker.connectors.size).toBe(0);
    expect(house.dropped).toEqual([{ slot: entry?.slot, publication: entry?.publication }]);
    expect(house.entries.size).toBe(0);
    expect(house.logged.filter((line) => line.includes("deleted") || line.includes("dropped"))).toHaveLength(
      2,
    );
    expect(entry?.connString).toBe("${env:HIS}");
  });

  test("what fails is remembered and tried again", async (context) => {
    const house = await makeHouse(context);
    let isDown = true;
    const dropReplication: ConnectorsCollaborators["dropReplication"] = async (_connString, objects) => {
      if (isDown) throw new Error(`cannot connect with ${SECRET}`);
      house.dropped.push(objects);
    };
    const connectors = createConnectors({ ...house.collaborators, dropReplication }, house.settings);
    await connectors.ensure(makeConsumer());
    house.ids.clear();

    expect(await connectors.removeUnused()).toEqual([]);
    expect(house.entries.size).toBe(1);
    isDown = false;
    expect(await connectors.removeUnused()).toHaveLength(1);
    expect(house.logged.join()).not.toContain(SECRET);
  });

  test("a row that comes to use it before the lock is taken keeps it", async (context) => {
    const house = await makeHouse(context);
    const connectors = connectorsOf(house);
    await connectors.ensure(makeConsumer());
    const asked = [new Set<string>(), house.ids];
    const racing = createConnectors(
      { ...house.collaborators, consumerIds: async () => [...(asked.shift() ?? [])] },
      house.settings,
    );

    expect(await racing.removeUnused()).toEqual([]);
    expect(house.worker.connectors.size).toBe(1);
  });

  test("a row that captures something else leaves its old connector", async (context) => {
    const house = await makeHouse(context);
    const connectors = connectorsOf(house);
    await connectors.ensure(makeConsumer({ table: "patient" }));
    const [old] = house.entries.keys();
    await connectors.ensure(makeConsumer({ table: "visit" }));

    expect(await connectors.removeUnused()).toEqual([old]);
    expect([...house.worker.connectors.keys()]).toEqual([...house.entries.keys()]);
  });

  test("two rows that share one and move together do not block each other", async (context) => {
    const house = await makeHouse(context);
    const connectors = connectorsOf(house);
    const [before, after] = [{ topic: "t" }, { topic: "t", table: "visit" }];
    for (const id of ["1", "2"]) await connectors.ensure(makeConsumer({ id, ...before }));

    expect((await refusal(connectors.ensure(makeConsumer({ id: "1", ...after })))).code).toBe(
      "consumer.topic_conflict",
    );
    await connectors.ensure(makeConsumer({ id: "2", ...after }));
    await connectors.ensure(makeConsumer({ id: "1", ...after }));

    expect(await connectors.removeUnused()).toHaveLength(1);
    expect([...house.entries.values()]).toMatchObject([{ consumerIds: ["2", "1"] }]);
  });
});

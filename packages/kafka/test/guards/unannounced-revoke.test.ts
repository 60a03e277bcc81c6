import { expect, test } from "vitest";
import { type GroupHooks, setHooks } from "../../src/guards/group-hooks.ts";
import { heartbeatBetweenFetches } from "../../src/guards/heartbeat-between-fetches.ts";
import {
  type KafkajsCluster,
  type KafkajsConsumerGroup,
  kafkajsInternals,
} from "../../src/guards/kafkajs-internals.ts";
import { unannouncedRevoke } from "../../src/guards/unannounced-revoke.ts";

const REBALANCING = new Error("rebalance in progress");

/** A group of kafkajs whose brokers are played by functions; joins and fetches end when the test says so. */
class Group {
  readonly cluster: KafkajsCluster;
  generationId = 1;
  readonly waiting: (() => void)[] = [];
  readonly said: string[] = [];

  constructor(cluster: KafkajsCluster) {
    this.cluster = cluster;
  }

  joinAndSync(): Promise<void> {
    return this.wait("join");
  }

  async fetch(nodeId: string): Promise<readonly unknown[]> {
    await this.wait(`fetch ${nodeId}`);
    return [`batch of ${nodeId}`];
  }

  async heartbeat(): Promise<void> {
    this.said.push("heartbeat");
  }

  wait(what: string): Promise<void> {
    this.said.push(what);
    return new Promise((resolve) => this.waiting.push(resolve));
  }
}

interface Scene {
  readonly group: Group;
  readonly asGuarded: KafkajsConsumerGroup;
  isSettled: boolean;
  release(): Promise<void>;
}

function guarded(): Scene {
  const GuardedGroup = class extends Group {
    declare readonly guarded: true;
  };
  for (const name of ["joinAndSync", "fetch", "heartbeat"] as const) {
    Object.defineProperty(GuardedGroup.prototype, name, { value: Group.prototype[name], writable: true });
  }
  // The guards replace what they find on the prototype that they are given.
  const ConsumerGroup = GuardedGroup as unknown as { readonly prototype: KafkajsConsumerGroup };
  const internals = { ...kafkajsInternals(), ConsumerGroup };
  unannouncedRevoke(internals);
  heartbeatBetweenFetches(internals);
  const cluster = {} as KafkajsCluster;
  const group = new GuardedGroup(cluster);
  const scene: Scene = {
    group,
    asGuarded: group as unknown as KafkajsConsumerGroup,
    isSettled: true,
    async release() {
      await Promise.resolve();
      for (const resolve of group.waiting.splice(0)) resolve();
    },
  };
  setHooks(cluster, hooksFor(scene));
  return scene;
}

function hooksFor(scene: Scene): GroupHooks {
  return {
    async join(_group, rejoin) {
      scene.group.said.push("drain");
      await rejoin();
      scene.isSettled = true;
    },
    isSettled: () => scene.isSettled,
    positionOf: () => null,
    onOutOfRange: () => Promise.resolve(),
    doubtTopic: () => undefined,
    isTopicKnown: () => Promise.resolve(true),
    checkHeartbeat: () => {
      throw REBALANCING;
    },
  };
}

test("fetchers of several brokers that join at once drain and join once", async () => {
  const { group, asGuarded, release } = guarded();

  const joins = [asGuarded.joinAndSync(), asGuarded.joinAndSync(), asGuarded.joinAndSync()];
  await release();
  await Promise.all(joins);
  const later = asGuarded.joinAndSync();
  await release();
  await later;

  expect(group.said).toEqual(["drain", "join", "drain", "join"]);
});

test("what a fetch brings across a join is thrown away", async () => {
  const { group, asGuarded, release } = guarded();

  const fetching = asGuarded.fetch("1");
  await release();
  const before = await fetching;
  const spanning = asGuarded.fetch("2");
  group.generationId = 2;
  await release();

  expect(before).toEqual(["batch of 1"]);
  expect(await spanning).toEqual([]);
});

test("nothing is fetched before a join that failed is repeated", async () => {
  const scene = guarded();
  scene.isSettled = false;

  const fetch = scene.asGuarded.fetch("1");
  await scene.release();

  expect(await fetch).toEqual([]);
  expect(scene.group.said).toEqual(["drain", "join"]);
});

test("kafkajs hears the broker's answer instead of beating by itself", async () => {
  const { group, asGuarded } = guarded();

  await expect(asGuarded.heartbeat({ interval: 1 })).rejects.toBe(REBALANCING);

  expect(group.said).toEqual([]);
});

import type { Site, SimHost } from "./sim-host.ts";
import { type NemesisKind, nemesisKinds, type SeedPlan } from "./plan.ts";
import type { Producer } from "./producer.ts";
import type { TargetMode } from "./target.ts";

/** What the nemesis may lay its hands on. */
export interface Victims {
  readonly site: Site;
  readonly plan: SeedPlan;
  readonly hosts: readonly SimHost[];
  readonly producer: Producer;
}

const noFaults = { refused: 0, replyLost: 0, duplicated: 0, hung: 0, deadly: 0 };

/** Does the harm that a plan asks for, each at its time, and heals everything at the end. */
export class Nemesis {
  readonly #on: Victims;
  #isHealed = false;

  constructor(victims: Victims) {
    this.#on = victims;
  }

  start(): void {
    const { plan, site, hosts } = this.#on;
    const { random } = site.world;
    for (const host of hosts) site.world.after(random.int(0, 1_500), () => this.#bringUp(host));
    for (const kind of nemesisKinds) {
      for (let count = 0; count < plan.nemesis[kind]; count += 1) this.#plan(kind);
    }
    if (plan.isCalm) this.#planCalmChanges();
    if (plan.story !== "none")
      site.world.after(plan.healAtMs * (0.3 + random.next() * 0.4), () => this.#tellStory());
    site.world.after(plan.healAtMs, () => this.#heal());
  }

  /** Hosts come and go as in an upgrade; nothing fails. */
  #planCalmChanges(): void {
    const { random } = this.#on.site.world;
    for (let count = random.int(0, 3); count > 0; count -= 1)
      this.#plan(random.pick(["restart", "switchOff"]));
  }

  #plan(kind: NemesisKind): void {
    const { plan, site } = this.#on;
    const atMs = 400 + site.world.random.next() * (plan.healAtMs - 500);
    site.world.after(atMs, () => {
      if (!this.#isHealed) this.#deeds[kind]();
    });
  }

  readonly #deeds: { readonly [kind in NemesisKind]: () => void } = {
    kill: () => this.#someHost().process?.kill("by the nemesis"),
    pause: () => this.#someHost().process?.pause(this.#between(300, 9_000)),
    restart: () => this.#someHost().stop(),
    databaseAway: () => this.#away("database"),
    brokerAway: () => this.#away("broker"),
    targetDown: () => this.#targetIs("down"),
    targetSlow: () => this.#targetIs("slow"),
    targetErrors: () => this.#targetIs("errors"),
    targetUnauthorized: () => this.#targetIs("unauthorized"),
    targetSilent: () => this.#targetIs("silent"),
    cellCrash: () => this.#someHost().cell?.crash(),
    stallFetch: () => this.#stallFetch(),
    switchOff: () => this.#switchOff(),
    loseSource: () => this.#someHost().source?.crash(),
  };

  #away(peer: "database" | "broker"): void {
    const { world, weather } = this.#on.site;
    world.note(`the ${peer} is away`);
    weather.isAway[peer] = true;
    world.after(this.#between(500, 9_000), () => this.#isBack(peer));
  }

  #isBack(peer: "database" | "broker"): void {
    const { rows, weather, world } = this.#on.site;
    if (!weather.isAway[peer]) return;
    world.note(`the ${peer} is back`);
    weather.isAway[peer] = false;
    if (peer === "database") rows.tellAll();
  }

  #targetIs(mode: TargetMode): void {
    const { target, world } = this.#on.site;
    world.note(`the target is ${mode}`);
    target.mode = mode;
    world.after(this.#between(1_000, 9_000), () => {
      if (target.mode !== mode) return;
      world.note("the target is up");
      target.mode = "up";
    });
  }

  #stallFetch(): void {
    const { checks, world } = this.#on.site;
    const host = this.#someHost();
    if (host.source === null || host.process === null) return;
    const isStubborn = world.random.isHit(0.3);
    world.note(`${host.process.id} fetches nothing any more${isStubborn ? ", whatever it tries" : ""}`);
    checks.truth.onStalled(host.process);
    host.source.stall(isStubborn);
  }

  #switchOff(): void {
    const { rows, world } = this.#on.site;
    rows.switchTo(false);
    world.after(this.#between(2_000, 9_000), () => rows.switchTo(true));
  }

  /** A host that dies or ends is started again after a while. */
  #bringUp(host: SimHost): void {
    const { world } = this.#on.site;
    host.start();
    host.process?.onDeath(() => {
      world.after(this.#between(100, 5_000), () => this.#bringUp(host));
    });
  }

  #someHost(): SimHost {
    const { hosts } = this.#on;
    const [first] = hosts;
    if (first === undefined) throw new Error("a site has hosts");
    return this.#on.site.world.random.pick([first, ...hosts.slice(1)]);
  }

  #between(min: number, max: number): number {
    return this.#on.site.world.random.int(min, max);
  }

  /** What can be told of a topic alone while nobody reads it, and what can while somebody does. */
  #tellStory(): void {
    const { plan, site, hosts, producer } = this.#on;
    const { random } = site.world;
    const isWatched = plan.story === "partitions-added" || (plan.story === "recreated" && random.isHit(0.5));
    if (!isWatched) for (const host of hosts) host.process?.kill("so that nobody reads");
    producer.burst(20);
    site.world.after(isWatched ? 0 : 50, () => this.#changeTopic());
  }

  #changeTopic(): void {
    const { plan, site } = this.#on;
    const { topic, group, world } = site;
    switch (plan.story) {
      case "none":
        return;
      case "truncated":
        this.#truncate();
        return;
      case "recreated":
        world.note("the topic is made anew");
        topic.recreate("topic-2");
        return;
      case "partitions-added":
        world.note("the topic has more partitions");
        topic.addPartitions(world.random.int(1, 2));
        group.reconsider();
        return;
      case "offsets-moved":
        this.#moveOffsets();
    }
  }

  #truncate(): void {
    const { topic, positions, world } = this.#on.site;
    for (const [number, partition] of topic.partitions.entries()) {
      // Whoever comes for the first time may begin where the log does.
      if (positions.get(number) === undefined) continue;
      const mark = Number(positions.get(number)?.mark ?? 0n);
      const logStart = Math.min(partition.end, mark + world.random.int(0, 10));
      world.note(`p${number} begins at ${logStart} by now, its mark is ${mark}`);
      partition.logStart = Math.max(partition.logStart, logStart);
    }
  }

  #moveOffsets(): void {
    const { topic, positions, group, world } = this.#on.site;
    for (const [number, partition] of topic.partitions.entries()) {
      const mark = Number(positions.get(number)?.mark ?? 0n);
      const moved = Math.max(0, Math.min(partition.end, mark + world.random.int(-5, 8)));
      if (positions.get(number) === undefined) continue;
      world.note(`p${number} is moved to ${moved} from outside, its mark is ${mark}`);
      group.committed.set(number, moved);
    }
  }

  #heal(): void {
    const { hosts, plan, site } = this.#on;
    const { rows, target, weather, world } = site;
    world.note("everything is healed");
    this.#isHealed = true;
    weather.faults = noFaults;
    this.#isBack("database");
    this.#isBack("broker");
    target.mode = "up";
    target.faults = { appliedWithoutAnswer: 0, serverError: 0 };
    rows.switchTo(true);
    for (const host of hosts) host.start();
    if (plan.isReplayed) world.after(1_000, () => this.#replay());
  }

  #replay(): void {
    const { letters, target, world } = this.#on.site;
    target.isMended = true;
    const asked = letters.requestReplays();
    if (asked > 0) world.note(`a person asks for ${asked} dead letters`);
    world.after(8_000, () => this.#replay());
  }
}

import { type Consumer, GluttonyError } from "@gluttony/model";
import type { ConnectClient } from "../connect-client.ts";
import type { PlannedConnector } from "../connector-config.ts";
import { pluginNameOf } from "../policy/connector-classes.ts";
import type { ConnectorPolicy } from "../policy/connector-policy.ts";
import type { ConnectorsCollaborators, RegisteredConnector } from "../ports.ts";
import { waitUntilGone } from "../wait-until-gone.ts";
import type { ConnectorDeed, ConnectorPlan } from "./connector-plan.ts";
import { draftAdopt } from "./draft-adopt.ts";
import { draftFollow } from "./draft-follow.ts";
import { draftRemove } from "./draft-remove.ts";
import { draftWrite } from "./draft-write.ts";
import { type PlanDraft, type PlanGround, entryOf, runningOf } from "./plan-ground.ts";
import { type PlanSigner, planHash, requireFreshPlan } from "./plan-hash.ts";
import { registrationOf } from "./registration.ts";
import { rulesOf } from "./rules-of-config.ts";
import { topicsOfConfig } from "./topics-of-config.ts";

/** Plans what is done to connectors, and does what was planned. Nothing is done otherwise by a person. */
export interface ConnectorDesk {
  /** Changes nothing. Throws `connect.*`, `secret.*`. */
  plan(deed: ConnectorDeed): Promise<ConnectorPlan>;
  /**
   * Does what a plan of this deed showed. Throws `connect.plan_stale` when anything that it rests on changed, and
   * `connect.plan_refused` when it cannot be applied.
   */
  apply(deed: ConnectorDeed, hash: string): Promise<ConnectorPlan>;
}

export interface DeskCollaborators
  extends Pick<
    ConnectorsCollaborators,
    "clock" | "registry" | "consumerIds" | "dropReplication" | "ensureTopic" | "resolveSecret" | "log"
  > {
  readonly client: ConnectClient;
  /** The connector that a row wants, with its password. Throws `connect.*`, `secret.*`, `consumer.invalid`. */
  wantedOf(consumer: Consumer): Promise<PlannedConnector>;
  /** Makes a row's connector exactly what the row wants, topics and registration included. */
  follow(consumer: Consumer): Promise<void>;
}

export interface DeskSettings {
  readonly policy: ConnectorPolicy;
  readonly signer: PlanSigner;
}

/** A draft and what its hash is made of. */
interface Drafted {
  readonly draft: PlanDraft;
  readonly ground: PlanGround;
  readonly basis: unknown;
}

export function createConnectorDesk(collaborators: DeskCollaborators, settings: DeskSettings): ConnectorDesk {
  const { client, registry } = collaborators;

  const drafted = async (deed: ConnectorDeed): Promise<Drafted> => {
    const ground: PlanGround = {
      entries: await registry.list(),
      listed: await client.list(),
      consumerIds: new Set(await collaborators.consumerIds()),
      policy: settings.policy,
    };
    const draft = await validated(await draftOf(deed, ground, collaborators), client);
    const entry = entryOf(ground, draft.connector);
    const running = runningOf(ground, draft.connector)?.config ?? null;
    const told = deed.do === "follow" ? { do: deed.do, consumer: deed.consumer.id } : deed;
    return {
      draft,
      ground,
      basis: { told, draft, running, entry: entry === null ? null : standingOf(entry) },
    };
  };

  return {
    async plan(deed) {
      const { draft, basis } = await drafted(deed);
      return planOf(deed, draft, planHash(basis, settings.signer));
    },
    async apply(deed, hash) {
      const name = deed.do === "follow" ? (await collaborators.wantedOf(deed.consumer)).name : deed.connector;
      return registry.withLock(name, async () => {
        const now = await drafted(deed);
        requireFreshPlan(now.basis, hash, settings.signer);
        const plan = planOf(deed, now.draft, planHash(now.basis, settings.signer));
        if (plan.refusals.length > 0) {
          const facts = { connector: plan.connector, refusals: plan.refusals.map(({ code }) => code) };
          throw new GluttonyError("connect.plan_refused", facts, { faults: plan.refusals });
        }
        await carryOut(deed, now, collaborators);
        collaborators.log.info("A plan for a connector was applied.", {
          connector: plan.connector,
          deed: deed.do,
        });
        return plan;
      });
    },
  };
}

/** What of the memory a plan rests on; when it was written does not matter. */
function standingOf({ consumerIds, kind, slot, publication, topic }: RegisteredConnector): unknown {
  return { consumerIds, kind, slot, publication, topic };
}

function planOf(
  deed: ConnectorDeed,
  { config: _config, ...shown }: PlanDraft,
  signed: { readonly hash: string; readonly expiresAt: Date },
): ConnectorPlan {
  return { do: deed.do, ...shown, ...signed };
}

async function draftOf(
  deed: ConnectorDeed,
  ground: PlanGround,
  collaborators: DeskCollaborators,
): Promise<PlanDraft> {
  switch (deed.do) {
    case "write":
      return draftWrite(deed, ground);
    case "follow":
      return draftFollow(await collaborators.wantedOf(deed.consumer), ground);
    case "adopt":
      return draftAdopt(deed, ground);
    case "remove":
      return draftRemove(deed, ground);
  }
}

/** The worker is asked only about what our own lists accept: it opens connections and loads classes to answer. */
async function validated(draft: PlanDraft, client: ConnectClient): Promise<PlanDraft> {
  const { config } = draft;
  if (config === null || draft.refusals.length > 0 || draft.changes.length === 0) return draft;
  const plugin = pluginNameOf(config["connector.class"] ?? "");
  const faults = await client.check(plugin, config, rulesOf(config));
  return { ...draft, refusals: faults.map((fault) => ({ ...fault, code: "connect.rejected" })) };
}

async function carryOut(
  deed: ConnectorDeed,
  drafted: Drafted,
  collaborators: DeskCollaborators,
): Promise<void> {
  const { draft, ground } = drafted;
  const { registry, client } = collaborators;
  switch (deed.do) {
    case "write": {
      const config = draft.config ?? {};
      const entry = entryOf(ground, draft.connector);
      const kind = entry?.kind ?? "written";
      // Before anything is made, so that nothing can be left behind unknown.
      await registry.upsert(registrationOf(config, { name: draft.connector, kind, entry }));
      for (const { name, ...wish } of topicsOfConfig(config)) await collaborators.ensureTopic(name, wish);
      if (draft.changes.length > 0) await client.configure(draft.connector, config, rulesOf(config));
      return;
    }
    case "follow":
      return collaborators.follow(deed.consumer);
    case "adopt": {
      const config = runningOf(ground, draft.connector)?.config ?? {};
      const registration = registrationOf(config, { name: draft.connector, kind: "adopted", entry: null });
      return registry.upsert({ ...registration, consumerIds: deed.consumerIds });
    }
    case "remove":
      return remove(deed, entryOf(ground, deed.connector), collaborators);
  }
}

/** The memory goes last, so that what fails can be planned again. */
async function remove(
  { connector, slot, publication }: Extract<ConnectorDeed, { do: "remove" }>,
  entry: RegisteredConnector | null,
  { client, clock, registry, resolveSecret, dropReplication }: DeskCollaborators,
): Promise<void> {
  await client.delete(connector);
  await waitUntilGone(connector, { client, clock });
  if (entry !== null && (slot || publication)) {
    const connString = await resolveSecret(registry.openConnString(entry) ?? "", "");
    await dropReplication(connString, {
      slot: slot ? entry.slot : null,
      publication: publication ? entry.publication : null,
    });
  }
  await registry.remove(connector);
}

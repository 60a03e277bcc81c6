import { describe } from "../answers/describe.ts";
import { accountingAnswer, consumerStatusAnswer } from "../answers/consumers.ts";
import type { ConsumerRow, DesiredState } from "@gluttony/model";
import type { FastifyInstance } from "fastify";
import { needs } from "../access/route-access.ts";
import { foundConsumer } from "../found-consumer.ts";
import { type OpenDeadLetters, readOpenDeadLetters } from "../open-dead-letters.ts";
import type { Chain } from "../overview/chain.ts";
import { readChain } from "../overview/read-overview.ts";
import type { AdminCollaborators } from "../ports.ts";
import { readAccounting } from "../read-accounting.ts";
import { readConnector, type SeenConnector } from "../read-connector.ts";
import { noQuerySchema } from "../schemas/queries.ts";
import type { Accounting } from "../views/accounting.ts";
import { desiredOf } from "../views/consumer.ts";
import { type HostState, hostStateOf } from "../views/host-state.ts";
import { type Lag, lagOf } from "../views/lag.ts";
import { type MergedState, mergedStateOf } from "../views/merged-state.ts";
import { type SteeringView, steeringView } from "../views/steering.ts";

interface ById {
  readonly Params: { readonly id: string };
}

/** Everything one looks for first: asked and seen, how far behind, where each record went, what to do. */
export interface ConsumerStatus extends SeenConnector {
  readonly consumer: { readonly id: string; readonly name: string; readonly revision: string };
  readonly desired: DesiredState;
  readonly steering: SteeringView | null;
  readonly observed: MergedState;
  readonly hosts: readonly HostState[];
  readonly lag: Lag;
  readonly accounting: Accounting;
  readonly deadLetters: OpenDeadLetters;
  /** From the source to the targets. */
  readonly chain: Chain;
}

/** What the hosts see of one consumer, and its account. */
export function consumerStatusRoutes(app: FastifyInstance, collaborators: AdminCollaborators): void {
  const config = needs("consumer.read", "consumer");
  const querystring = noQuerySchema;
  const status = describe("consumers", "Shows state, lag, endings, and the cause of trouble.", {
    200: consumerStatusAnswer,
  });
  const account = describe("consumers", "Shows that every record below the marks has one ending.", {
    200: accountingAnswer,
  });

  app.get<ById>("/consumers/:id/status", { config, schema: { ...status, querystring } }, async ({ params }) =>
    readStatus(await foundConsumer(params.id, collaborators), collaborators),
  );

  app.get<ById>(
    "/consumers/:id/accounting",
    { config, schema: { ...account, querystring } },
    async ({ params }) => {
      const row = await foundConsumer(params.id, collaborators);
      return { consumer: named(row), ...(await readAccounting(row, collaborators)) };
    },
  );
}

async function readStatus(row: ConsumerRow, collaborators: AdminCollaborators): Promise<ConsumerStatus> {
  const [seen, accounting, deadLetters, connector, { chain }] = await Promise.all([
    collaborators.observations.readStates(row.id),
    readAccounting(row, collaborators),
    readOpenDeadLetters(row.id, collaborators),
    readConnector(row, collaborators),
    readChain(row, collaborators),
  ]);
  const hosts = seen.map(hostStateOf);
  return {
    consumer: named(row),
    desired: desiredOf(row),
    steering: steeringView(row),
    observed: mergedStateOf(row, hosts),
    hosts,
    lag: lagOf(hosts),
    accounting,
    deadLetters,
    ...connector,
    chain,
  };
}

function named({ id, name, revision }: ConsumerRow): ConsumerStatus["consumer"] {
  return { id, name, revision: String(revision) };
}

import type { GroupMember } from "@gluttony/runtime";
import type { KafkajsCluster } from "./guards/kafkajs-internals.ts";

/** Asks the coordinator who is in the group. */
export async function askMembers(cluster: KafkajsCluster, groupId: string): Promise<readonly GroupMember[]> {
  const coordinator = await cluster.findGroupCoordinator({ groupId });
  const { groups } = await coordinator.describeGroups({ groupIds: [groupId] });
  const members = groups.flatMap((group) => group.members);
  return members.map(({ clientId, clientHost }) => ({ clientId, host: hostOf(clientHost) }));
}

/** Java writes an address without a name as `/127.0.0.1`. */
function hostOf(clientHost: string): string {
  return clientHost.slice(clientHost.lastIndexOf("/") + 1);
}

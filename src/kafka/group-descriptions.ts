import { errorCode } from '../protocol/error-codes.ts'
import { describeGroups, listGroups } from './apis.ts'
import type { Broker } from './broker.ts'
import { brokerError } from './broker-error.ts'
import type { GroupDescription } from './client.ts'
import type { Cluster } from './cluster.ts'

/** Groups of one type on all brokers, as each tells of those that it coordinates. */
export async function groupsOfType(
  cluster: Cluster,
  protocolType: string,
): Promise<readonly GroupDescription[]> {
  await cluster.describe([], false)
  const found = await Promise.all(
    Array.from(cluster.brokers, (broker) => groupsAt(broker, protocolType)),
  )
  return found.flat()
}

async function groupsAt(
  broker: Broker,
  protocolType: string,
): Promise<readonly GroupDescription[]> {
  const { errorCode: code, groups } = await broker.send(listGroups, {
    statesFilter: [],
    typesFilter: [],
  })
  if (code !== errorCode.NONE) throw brokerError('listing groups', code)
  const ids = groups
    .filter((group) => group.protocolType === protocolType)
    .map(({ groupId }) => groupId)
  if (ids.length === 0) return []
  const described = await broker.send(describeGroups, {
    groups: ids,
    includeAuthorizedOperations: false,
  })
  return described.groups.flatMap(({ errorCode: refused, groupId, protocolData, members }) =>
    refused === errorCode.NONE
      ? [
          {
            groupId,
            protocol: protocolData,
            members: members.map(({ memberMetadata: metadata, memberAssignment: assignment }) => ({
              metadata,
              assignment,
            })),
          },
        ]
      : [],
  )
}

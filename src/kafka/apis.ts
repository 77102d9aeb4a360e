import type { Fields } from '../protocol/fields.ts'
import type { Message } from '../protocol/message.ts'
import { apiVersionsRequest, apiVersionsResponse } from '../protocol/messages/api-versions.ts'
import { describeConfigsRequest, describeConfigsResponse } from '../protocol/messages/configs.ts'
import {
  findCoordinatorRequest,
  findCoordinatorResponse,
} from '../protocol/messages/coordinator.ts'
import { fetchRequest, fetchResponse } from '../protocol/messages/fetch.ts'
import {
  deleteGroupsRequest,
  deleteGroupsResponse,
  describeGroupsRequest,
  describeGroupsResponse,
  listGroupsRequest,
  listGroupsResponse,
  offsetDeleteRequest,
  offsetDeleteResponse,
} from '../protocol/messages/group-admin.ts'
import {
  heartbeatRequest,
  heartbeatResponse,
  joinGroupRequest,
  joinGroupResponse,
  leaveGroupRequest,
  leaveGroupResponse,
  syncGroupRequest,
  syncGroupResponse,
} from '../protocol/messages/group-membership.ts'
import {
  offsetCommitRequest,
  offsetCommitResponse,
  offsetFetchRequest,
  offsetFetchResponse,
} from '../protocol/messages/group-offsets.ts'
import { listOffsetsRequest, listOffsetsResponse } from '../protocol/messages/list-offsets.ts'
import { metadataRequest, metadataResponse } from '../protocol/messages/metadata.ts'
import { produceRequest, produceResponse } from '../protocol/messages/produce.ts'
import { initProducerIdRequest, initProducerIdResponse } from '../protocol/messages/producer-id.ts'
import {
  saslAuthenticateRequest,
  saslAuthenticateResponse,
  saslHandshakeRequest,
  saslHandshakeResponse,
} from '../protocol/messages/sasl.ts'
import {
  createTopicsRequest,
  createTopicsResponse,
  deleteTopicsRequest,
  deleteTopicsResponse,
} from '../protocol/messages/topics.ts'
import {
  addPartitionsToTxnRequest,
  addPartitionsToTxnResponse,
  endTxnRequest,
  endTxnResponse,
} from '../protocol/messages/transactions.ts'

/** A request, its response, and the newest version that this client speaks. */
export interface Api<Q extends Fields = Fields, S extends Fields = Fields> {
  readonly request: Message<Q>
  readonly response: Message<S>
  readonly versionMax: number
}

export const apiVersions = api(apiVersionsRequest, apiVersionsResponse)
export const saslHandshake = api(saslHandshakeRequest, saslHandshakeResponse)
export const saslAuthenticate = api(saslAuthenticateRequest, saslAuthenticateResponse)
export const metadata = api(metadataRequest, metadataResponse)
export const findCoordinator = api(findCoordinatorRequest, findCoordinatorResponse)
export const createTopics = api(createTopicsRequest, createTopicsResponse)
export const deleteTopics = api(deleteTopicsRequest, deleteTopicsResponse)
export const describeConfigs = api(describeConfigsRequest, describeConfigsResponse)
export const listGroups = api(listGroupsRequest, listGroupsResponse)
export const describeGroups = api(describeGroupsRequest, describeGroupsResponse)
export const deleteGroups = api(deleteGroupsRequest, deleteGroupsResponse)
export const offsetDelete = api(offsetDeleteRequest, offsetDeleteResponse)
export const listOffsets = api(listOffsetsRequest, listOffsetsResponse)
export const initProducerId = api(initProducerIdRequest, initProducerIdResponse, 4)
export const addPartitionsToTxn = api(addPartitionsToTxnRequest, addPartitionsToTxnResponse, 3)
export const endTxn = api(endTxnRequest, endTxnResponse, 4)
/** Needs `transaction.version` 2 of the cluster; answers with the identity for what follows. */
export const endTxnRenewing = api(endTxnRequest, endTxnResponse)
export const joinGroup = api(joinGroupRequest, joinGroupResponse)
export const syncGroup = api(syncGroupRequest, syncGroupResponse)
export const heartbeat = api(heartbeatRequest, heartbeatResponse)
export const leaveGroup = api(leaveGroupRequest, leaveGroupResponse)
export const produce = api(produceRequest, produceResponse, 11)
/** Needs `transaction.version` 2 of the cluster; takes partitions into a transaction by itself. */
export const produceJoining = api(produceRequest, produceResponse, 12)
// Later versions of these name topics by id, as that of Produce does.
export const fetch = api(fetchRequest, fetchResponse, 12)
export const offsetCommit = api(offsetCommitRequest, offsetCommitResponse, 9)
export const offsetFetch = api(offsetFetchRequest, offsetFetchResponse, 9)

function api<Q extends Fields, S extends Fields>(
  request: Message<Q>,
  response: Message<S>,
  versionMax: number = request.versions[1],
): Api<Q, S> {
  return { request, response, versionMax }
}

import { errorCode } from '../../protocol/error-codes.ts'
import { describeClusterRequest, describeClusterResponse } from '../../protocol/messages/cluster.ts'
import { defineApi } from '../api.ts'
import { clusterOperations } from '../authorized-operations.ts'
import { NODE_ID } from '../broker.ts'

const BROKERS = 1

/** DescribeCluster: this node. Left out: controllers as endpoints of their own. */
export const describeCluster = defineApi({
  request: describeClusterRequest,
  response: describeClusterResponse,
  versions: [0, 1],
  handle(broker, body, { advertised }) {
    if (body.endpointType !== BROKERS) return failed(errorCode.UNSUPPORTED_ENDPOINT_TYPE)
    return {
      throttleTimeMs: 0,
      errorCode: errorCode.NONE,
      clusterId: broker.clusterId,
      controllerId: NODE_ID,
      brokers: [{ brokerId: NODE_ID, ...advertised }],
      ...(body.includeClusterAuthorizedOperations
        ? { clusterAuthorizedOperations: clusterOperations }
        : {}),
    }
  },
  refuse: (_body, code) => failed(code),
})

function failed(code: number) {
  return { throttleTimeMs: 0, errorCode: code, clusterId: '', brokers: [] }
}

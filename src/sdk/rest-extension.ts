import type { IncomingHttpHeaders } from 'node:http'
import type { ConfigProps } from '../config/props.ts'

/** A request to the REST API as an extension sees it. */
export interface RestExtensionRequest {
  readonly method: string
  /** As it was written, without the query. */
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
}

export interface RestExtensionAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** A path of its own that an extension answers. */
export interface RestExtensionRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** `:name` stands for one part of the path. */
  readonly path: string
  handle(
    request: RestExtensionRequest & {
      /** Decoded parts of the path. */
      readonly params: Readonly<Record<string, string>>
      readonly body: Buffer
    },
  ): Promise<RestExtensionAnswer>
}

/**
 * Stands before the REST API of a worker, or adds to it. Made once, before the worker listens.
 * `admin.listeners` are not covered.
 */
export interface RestExtension {
  /** Called for each request to a path that exists, before its body is read; an answer ends it. */
  filter?(request: RestExtensionRequest): Promise<RestExtensionAnswer | null>
  readonly routes?: readonly RestExtensionRoute[]
  close?(): Promise<void>
}

/** What extensions may know of the cluster; each call waits until the worker is ready to answer. */
export interface ClusterState {
  kafkaClusterId(): Promise<string>
  /** Names of all connectors. */
  connectors(): Promise<readonly string[]>
  /** @throws ConnectError NOT_FOUND */
  connectorConfig(name: string): Promise<ConfigProps>
  /** State of the connector and of each of its tasks. @throws ConnectError NOT_FOUND */
  connectorStates(name: string): Promise<readonly string[]>
}

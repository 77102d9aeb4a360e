import { Cursor } from '../protocol/cursor.ts'
import type { Fields, FieldsIn, FieldsOut } from '../protocol/fields.ts'
import { encodeRequest, readResponseHeader } from '../protocol/frame.ts'
import type { Api } from './apis.ts'
import type { Connection } from './connection.ts'

/** One request and its answer, both in `apiVersion`. */
export interface Exchange<Q extends Fields, S extends Fields> {
  readonly api: Api<Q, S>
  readonly apiVersion: number
  readonly clientId: string
  readonly body: FieldsIn<Q>
  readonly timeoutMs: number
}

/** @throws ConnectError KAFKA_UNAVAILABLE, or RECORD_CORRUPT for an answer that makes no sense. */
export async function exchange<Q extends Fields, S extends Fields>(
  connection: Connection,
  { api, apiVersion, clientId, body, timeoutMs }: Exchange<Q, S>,
): Promise<FieldsOut<S>> {
  const correlationId = connection.nextCorrelationId()
  const pieces = encodeRequest(api.request, { apiVersion, correlationId, clientId }, body)
  const frame = await connection.request(correlationId, pieces, timeoutMs)
  const cursor = new Cursor(frame)
  readResponseHeader(cursor, api.response, apiVersion)
  return api.response.decode(cursor, apiVersion)
}

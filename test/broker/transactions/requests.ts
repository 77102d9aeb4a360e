import { once } from 'node:events'
import { connect as connectSocket, type Socket } from 'node:net'
import { Cursor } from '../../../src/protocol/cursor.ts'
import type { Fields } from '../../../src/protocol/fields.ts'
import { encodeRequest, readResponseHeader } from '../../../src/protocol/frame.ts'
import { FrameReader } from '../../../src/protocol/frame-reader.ts'
import type { Decoded, Encodable, Message } from '../../../src/protocol/message.ts'
import {
  initProducerIdRequest,
  initProducerIdResponse,
} from '../../../src/protocol/messages/producer-id.ts'

/** Sends single requests of one's own making, one after the other. */
export class RequestClient {
  readonly #socket: Socket
  #answered: (frame: Buffer) => void = () => {}
  #failed: (error: Error) => void = () => {}

  constructor(socket: Socket) {
    this.#socket = socket
    const frames = new FrameReader({
      frameBytesMax: 16 * 1024 * 1024,
      capacityBytesFirst: 1024,
      take: (frame) => this.#answered(frame),
      refuse: (sizeBytes) => new RangeError(`an answer of ${sizeBytes} bytes`),
    })
    socket.on('data', (chunk) => frames.give(chunk))
    socket.on('error', () => {})
    socket.on('close', () => this.#failed(new Error('the broker is gone')))
  }

  async ask<Q extends Fields, S extends Fields>(
    [request, response]: readonly [Message<Q>, Message<S>],
    apiVersion: number,
    body: Encodable<Message<Q>>,
  ): Promise<Decoded<Message<S>>> {
    if (this.#socket.destroyed) throw new Error('the broker is gone')
    const answer = new Promise<Buffer>((resolve, reject) => {
      this.#answered = resolve
      this.#failed = reject
    })
    const header = { apiVersion, correlationId: 1, clientId: 'test' }
    for (const piece of encodeRequest(request, header, body)) this.#socket.write(piece)
    const cursor = new Cursor(await answer)
    readResponseHeader(cursor, response, apiVersion)
    return response.decode(cursor, apiVersion)
  }

  initProducer(transactionalId: string | null, transactionTimeoutMs = 60_000) {
    return this.ask([initProducerIdRequest, initProducerIdResponse], 4, {
      transactionalId,
      transactionTimeoutMs,
    })
  }

  close(): void {
    this.#socket.destroy()
  }
}

export async function connect(port: number): Promise<RequestClient> {
  const socket = connectSocket(port, '127.0.0.1')
  await once(socket, 'connect')
  return new RequestClient(socket)
}

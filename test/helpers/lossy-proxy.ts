import { connect, createServer, type Server } from 'node:net'
import { FrameReader } from '../../src/protocol/frame-reader.ts'

export interface LossyProxy {
  readonly server: Server
  /** Requests and answers that were lost since it was set. */
  lost: number
}

/**
 * Passes everything on to a broker; cuts the connection in place of one in `lostEvery` requests with
 * these API keys, or of its answer.
 */
export function lossyProxy(
  port: number,
  apiKeys: readonly number[],
  lostEvery: number,
): LossyProxy {
  let requests = 0
  const server = createServer((client) => {
    const broker = connect(port, '127.0.0.1')
    let cut = false
    const pass = (request: Buffer) => {
      if (client.destroyed) return
      const isOne = apiKeys.includes(request.readInt16BE(0))
      if (isOne && ++requests % lostEvery === 0) {
        cut = true
        // Every other time the request does not arrive either.
        if (requests % (2 * lostEvery) === 0) {
          proxy.lost++
          client.destroy()
          return
        }
      }
      const size = Buffer.alloc(4)
      size.writeInt32BE(request.length)
      broker.write(Buffer.concat([size, request]))
    }
    const frames = new FrameReader({
      frameBytesMax: 16 * 1024 * 1024,
      capacityBytesFirst: 64 * 1024,
      take: pass,
      refuse: (sizeBytes) => new RangeError(`a request of ${sizeBytes} bytes`),
    })
    client.on('data', (chunk) => frames.push(chunk))
    broker.on('data', (chunk) => {
      if (cut) {
        proxy.lost++
        client.destroy()
      } else {
        client.write(chunk)
      }
    })
    client.on('close', () => broker.destroy())
    broker.on('close', () => client.destroy())
    client.on('error', () => broker.destroy())
    broker.on('error', () => client.destroy())
  })
  const proxy: LossyProxy = { server, lost: 0 }
  return proxy
}

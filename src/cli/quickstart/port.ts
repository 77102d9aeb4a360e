import { once } from 'node:events'
import { createServer } from 'node:net'

/**
 * Starts something on 127.0.0.1, on the port wished for, or on any free one where that is taken:
 * there or on ::1, which `localhost` may stand for.
 */
export async function onPort<T>(wished: number, start: (port: number) => Promise<T>): Promise<T> {
  if (await isTakenOnIpv6(wished)) return await start(0)
  try {
    return await start(wished)
  } catch (error) {
    if (!isPortTaken(error)) throw error
    return await start(0)
  }
}

async function isTakenOnIpv6(port: number): Promise<boolean> {
  const server = createServer().listen(port, '::1')
  try {
    await once(server, 'listening')
    server.close()
    return false
  } catch (error) {
    return isPortTaken(error)
  }
}

function isPortTaken(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return ('code' in error && error.code === 'EADDRINUSE') || isPortTaken(error.cause)
}

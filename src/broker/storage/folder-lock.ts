import { once } from 'node:events'
import { mkdirSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { ConnectError } from '../../base/errors.ts'

/**
 * Keeps other brokers on this machine out of a folder for as long as the process lives: the system
 * gives the name of an abstract socket to one process, and takes it back when that ends. Only
 * Linux has such names; elsewhere nothing is locked.
 *
 * @throws ConnectError ALREADY_EXISTS when another broker has the folder.
 */
export async function lockFolder(folder: string): Promise<() => void> {
  mkdirSync(folder, { recursive: true })
  if (process.platform !== 'linux') return () => {}
  const { dev, ino } = statSync(folder)
  const server = createServer()
  try {
    server.listen(`\0millrace-broker-${dev}-${ino}`)
    await once(server, 'listening')
  } catch (cause) {
    throw new ConnectError(
      `${folder} is used by another broker: stop it, or name another folder.`,
      {
        code: 'ALREADY_EXISTS',
        cause,
      },
    )
  }
  server.unref()
  return () => {
    server.close()
  }
}

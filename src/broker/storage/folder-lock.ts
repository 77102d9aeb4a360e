import { once } from 'node:events'
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { ConnectError } from '../../base/errors.ts'

/**
 * Keeps other brokers on this machine out of a folder for as long as the process lives.
 *
 * @throws ConnectError ALREADY_EXISTS when another broker has the folder.
 */
export async function lockFolder(folder: string, platform = process.platform): Promise<() => void> {
  mkdirSync(folder, { recursive: true })
  return platform === 'linux' ? await lockByName(folder) : lockByFile(folder)
}

/**
 * Linux gives the name of an abstract socket to one process, and takes it back when that ends,
 * however it ends.
 */
async function lockByName(folder: string): Promise<() => void> {
  const { dev, ino } = statSync(folder)
  const server = createServer()
  try {
    server.listen(`\0millrace-broker-${dev}-${ino}`)
    await once(server, 'listening')
  } catch (cause) {
    throw inUse(folder, cause)
  }
  server.unref()
  return () => {
    server.close()
  }
}

/**
 * Elsewhere a file has the id of the process. One that a killed process has left behind is taken
 * over; two brokers that take over the same in the same moment aren't told apart.
 */
function lockByFile(folder: string): () => void {
  const file = join(folder, 'broker.pid')
  const write = () => writeFileSync(file, String(process.pid), { flag: 'wx' })
  try {
    write()
  } catch (cause) {
    if (isRunning(Number(readFileSync(file, 'utf8')))) throw inUse(folder, cause)
    rmSync(file)
    write()
  }
  return () => rmSync(file, { force: true })
}

function isRunning(processId: number): boolean {
  if (!Number.isSafeInteger(processId) || processId <= 0) return false
  try {
    return process.kill(processId, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

function inUse(folder: string, cause: unknown): ConnectError {
  return new ConnectError(`${folder} is used by another broker: stop it, or name another folder.`, {
    code: 'ALREADY_EXISTS',
    cause,
  })
}

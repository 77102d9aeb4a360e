import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** A client of other people, unmodified, and the program with which it uses a broker. */
export interface Client {
  /** With its version. */
  readonly name: string
  /** Commands that the machine has to have; without one the client does not run. */
  readonly needs: readonly string[]
  /** Gets it from its package registry into a folder of the tests, where it is not there yet. */
  install(): Promise<void>
  /** Command that takes `HOST:PORT` as its last argument and prints results of checks. */
  readonly command: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

/** Where clients are installed; git ignores it. */
export const cache = join(import.meta.dirname, '../../.clients')

const run = promisify(execFile)

/** Runs a command to its end and gives what it prints; its error output is in what it throws. */
export async function command(
  name: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<string> {
  const { stdout } = await run(name, [...args], {
    ...options,
    env: { ...process.env, ...options.env },
    maxBuffer: 64 * 1024 * 1024,
  })
  return stdout
}

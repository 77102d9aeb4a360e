import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { root } from './sources.ts'

export interface Outcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a command of `bin` to its end, as a user would. */
export async function run(
  name: string,
  args: readonly string[],
  options: { readonly input?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Outcome> {
  const command = spawn(join(root, 'bin', name), args, {
    env: { ...process.env, ...options.env },
    timeout: 120_000,
  })
  command.stdin.on('error', () => {}) // it may end without reading all
  command.stdin.end(options.input ?? '')
  const exit = once(command, 'exit')
  const [stdout, stderr] = await Promise.all([text(command.stdout), text(command.stderr)])
  const [code] = await exit
  return { code, stdout, stderr }
}

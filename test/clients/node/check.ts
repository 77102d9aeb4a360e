import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'

const TIMEOUT_MS = 400_000

/** Address of the broker, the argument of every program here. */
export const bootstrap = process.argv[2] ?? ''

const id = randomUUID().slice(0, 8)
/** A name that no other program and no other run has. */
export const unique = (name: string) => `${name}-${id}`

/** Prints `ok NAME` or `failed NAME: REASON`. */
export async function check(name: string, run: () => Promise<void>): Promise<void> {
  const cancelled = new AbortController()
  const overdue = setTimeout(TIMEOUT_MS, undefined, { signal: cancelled.signal }).then(() => {
    throw new Error(`not within ${TIMEOUT_MS} ms`)
  })
  try {
    await Promise.race([run(), overdue])
    console.log(`ok ${name}`)
  } catch (error) {
    console.log(`failed ${name}: ${reasonOf(error)}`)
  } finally {
    cancelled.abort()
    overdue.catch(() => {})
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const causes = error instanceof AggregateError ? error.errors.map(reasonOf).join('; ') : ''
  return `${error.message} ${causes}`.replaceAll('\n', ' ').trim()
}

/** Ends a process with this program, also when the program is ended from outside. */
export function endWithProgram(child: ChildProcess): void {
  process.on('exit', () => child.kill('SIGKILL'))
}
process.on('SIGTERM', () => process.exit(1))

/** An error whose text, or that of its causes, matches. */
export async function refused(expected: RegExp, call: Promise<unknown>): Promise<void> {
  const found = await call.then(
    () => 'no error',
    (error: unknown) => `${reasonOf(error)} ${JSON.stringify(error)}`,
  )
  assert.match(found, expected)
}

/** `0`, `1`, ... as many as asked for. */
export const numbers = (count: number) => Array.from({ length: count }, (_, index) => `${index}`)

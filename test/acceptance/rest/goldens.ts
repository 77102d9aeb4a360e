import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync } from 'node:fs'
import { basename, join } from 'node:path'
import { text } from 'node:stream/consumers'

/** How one step of a golden went. */
export interface StepResult {
  /** `scenario/step` */
  readonly name: string
  readonly ok: boolean
  /** What differed, for people. */
  readonly differences: readonly string[]
}

interface Report {
  readonly results: ReadonlyArray<{
    readonly scenario: string
    readonly step: string
    readonly ok: boolean
    readonly differences: ReadonlyArray<{
      readonly at: string
      readonly expected: unknown
      readonly actual: unknown
    }>
  }>
}

export const standaloneGoldens: readonly string[] = globSync(
  join(import.meta.dirname, 'golden/standalone/*.json'),
).sort((a, b) => (basename(a) < basename(b) ? -1 : 1))

/**
 * Sends the requests of a golden to a worker and compares the answers with those of Apache Kafka
 * Connect.
 * @param url Of the worker's REST API.
 */
export async function replayGolden(url: string, golden: string): Promise<readonly StepResult[]> {
  const replay = spawn(
    process.execPath,
    [join(import.meta.dirname, 'replay.mjs'), 'check', url, golden, '--json'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const exit = once(replay, 'exit')
  const output = await text(replay.stdout)
  await exit
  const { results } = JSON.parse(output) as Report
  return results.map(({ scenario, step, ok, differences }) => ({
    name: `${scenario}/${step}`,
    ok,
    differences: differences.map(
      ({ at, expected, actual }) =>
        `${at || '/'}: expected ${JSON.stringify(expected)}, actual ${JSON.stringify(actual)}`,
    ),
  }))
}

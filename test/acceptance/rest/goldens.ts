import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { pausedSteps } from './awaited.ts'

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

export const standaloneGoldens = goldensOf('standalone')
export const distributedGoldens = goldensOf('distributed')

function goldensOf(mode: 'standalone' | 'distributed'): readonly string[] {
  const files = globSync(join(import.meta.dirname, `golden/${mode}/*.json`))
  return files.sort((a, b) => (basename(a) < basename(b) ? -1 : 1))
}

const PAUSE_MS = 1000
/** Waits for what does not come end after this time. */
const AWAITED_TIMEOUT_MS = 2000

interface Step {
  readonly name: string
  /** One condition or several. */
  readonly until?: object | readonly object[]
  /** By file. */
  readonly expectFiles?: Readonly<Record<string, object>>
}

interface Golden {
  /** How many it needs; one where it does not say. */
  readonly workers?: number
  readonly steps: readonly Step[]
}

/** How many workers of one cluster a golden asks. */
export function workersFor(golden: string): number {
  return read(golden).workers ?? 1
}

/**
 * Sends the requests of a golden to a worker and compares the answers with those of Apache Kafka
 * Connect.
 * @param url Of the worker's REST API; of several workers with commas between.
 * @param awaited Names of steps that can't pass yet.
 */
export async function replayGolden(
  url: string,
  golden: string,
  awaited: readonly string[] = [],
): Promise<readonly StepResult[]> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-golden-'))
  try {
    const file = join(folder, basename(golden))
    writeFileSync(file, JSON.stringify(adapted(golden, awaited)))
    return await replay(url, file)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function read(golden: string): Golden {
  return JSON.parse(readFileSync(golden, 'utf8')) as Golden
}

function adapted(golden: string, awaited: readonly string[]): Golden {
  const whole = read(golden)
  const scenario = basename(golden, '.json')
  const paused = pausedSteps[scenario] ?? {}
  const steps = whole.steps
    .map((step) => (awaited.includes(step.name) ? withShortWait(step) : step))
    .map((step) => (Object.hasOwn(paused, step.name) ? { ...step, sleepMs: PAUSE_MS } : step))
  return { ...whole, steps }
}

function withShortWait(step: Step): Step {
  const { until, expectFiles = {} } = step
  const short = (wait: object) => ({ ...wait, timeoutMs: AWAITED_TIMEOUT_MS })
  const files = Object.entries(expectFiles).map(([file, wait]) => [file, short(wait)])
  return {
    ...step,
    ...(until === undefined ? {} : { until: [until].flat().map(short) }),
    ...(files.length === 0 ? {} : { expectFiles: Object.fromEntries(files) }),
  }
}

async function replay(url: string, golden: string): Promise<readonly StepResult[]> {
  const command = spawn(
    process.execPath,
    [join(import.meta.dirname, 'replay.mjs'), 'check', url, golden, '--json'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const exit = once(command, 'exit')
  const output = await text(command.stdout)
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

import { relative } from 'node:path'
import { type EventData, run } from 'node:test'
import type { TestEvent } from 'node:test/reporters'
import { inspect } from 'node:util'

export interface Counts {
  readonly tests: number
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  /** Named, and not expected to pass yet. */
  readonly todo: number
}

export const noTests: Counts = { tests: 0, passed: 0, failed: 0, skipped: 0, todo: 0 }

export function addCounts(a: Counts, b: Counts): Counts {
  return {
    tests: a.tests + b.tests,
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: a.skipped + b.skipped,
    todo: a.todo + b.todo,
  }
}

/** Runs test files, each in its own process; prints one line for each file, and failures in full. */
export async function runTestFiles(files: readonly string[], concurrency: number): Promise<Counts> {
  let counts = noTests
  for await (const event of run({ files: [...files], concurrency })) {
    print(event)
    if (event.type === 'test:summary' && event.data.file === undefined) counts = total(event.data)
  }
  return counts
}

function total({ counts, success }: EventData.TestSummary): Counts {
  const { tests, passed, skipped, todo } = counts
  const failed = tests - passed - skipped - todo
  // A file can fail without a test that does: by its exit code, or when it does not load.
  return { tests, passed, skipped, todo, failed: success ? 0 : Math.max(failed, 1) }
}

function print(event: TestEvent): void {
  switch (event.type) {
    case 'test:fail':
      if (event.data.details.type !== 'suite') printFailure(event.data)
      break
    case 'test:stdout':
    case 'test:stderr':
      process.stdout.write(event.data.message)
      break
    case 'test:summary':
      if (event.data.file !== undefined) printFile(event.data, relative('.', event.data.file))
      break
    default:
  }
}

function printFile({ counts, duration_ms, success }: EventData.TestSummary, file: string): void {
  const seconds = (duration_ms / 1000).toFixed(1)
  console.log(`${success ? '✔' : '✖'} ${file}: ${counts.tests} tests, ${seconds} s`)
}

function printFailure({ name, file, line, details }: EventData.TestFail): void {
  const where = file === undefined ? '' : ` (${relative('.', file)}:${line})`
  console.log(`✖ ${name}${where}\n${inspect(details.error.cause ?? details.error, { depth: 6 })}\n`)
}

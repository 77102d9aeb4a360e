import { readFileSync, writeFileSync } from 'node:fs'
import { versions } from '../versions.ts'
import { type Implementation, implementations } from '../worker.ts'
import type { Figure, Row } from './figures.ts'

/** What was last measured of one side with so many connectors. */
export interface Result {
  readonly connectors: number
  readonly implementation: Implementation
  /** What it was measured with. */
  readonly version: string
  /** Of all runs; null for what did not come about in time. */
  readonly figures: Partial<Record<Row, ReadonlyArray<number | null>>>
}

/** @param file One result as JSON in each line. */
export function readResults(file: string): readonly Result[] {
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean)
  return lines.map((line) => JSON.parse(line) as Result)
}

export function writeResults(file: string, results: readonly Result[]): void {
  writeFileSync(file, results.map((result) => `${JSON.stringify(result)}\n`).join(''))
}

/** @returns Results with those of one bench in place of what was known of the same sides. */
export function withFigures(
  known: readonly Result[],
  figures: readonly Figure[],
): readonly Result[] {
  const fresh = Map.groupBy(figures, keyOf)
  const results = Array.from(fresh.values(), (all) => resultOf(all as [Figure, ...Figure[]]))
  return [...known.filter((result) => !fresh.has(keyOf(result))), ...results].sort(
    (a, b) =>
      a.connectors - b.connectors ||
      implementations.indexOf(a.implementation) - implementations.indexOf(b.implementation),
  )
}

function keyOf({ connectors, implementation }: Pick<Result, 'connectors' | 'implementation'>) {
  return `${connectors} ${implementation}`
}

function resultOf(figures: readonly [Figure, ...Figure[]]): Result {
  const [{ connectors, implementation }] = figures
  const byRow = Map.groupBy(figures, ({ row }) => row)
  const values = Array.from(byRow, ([row, all]) => [row, all.map(({ value }) => rounded(value))])
  const version = implementation === 'Millrace' ? versions.millrace() : apacheVersion()
  return { connectors, implementation, version, figures: Object.fromEntries(values) }
}

function apacheVersion(): string {
  return `Apache Kafka Connect 4.3.1, ${versions.java()}, \`-Xms256m -Xmx2g\` each`
}

function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value * 1000) / 1000
}

import type { CheckResult } from './check-result.ts'
import type { ClientResults } from './run-clients.ts'

/** Checks of clients that passed on every broker, those that did not, and clients that did not run. */
export function countChecks(results: readonly ClientResults[]): {
  readonly tests: number
  readonly passed: number
  readonly failed: number
  readonly skipped: number
} {
  const cells = results.flatMap((result) => checkNames([result]).map((name) => cell(result, name)))
  const passed = cells.filter((found) => !/[✖–]/.test(found)).length
  const skipped = results.filter(({ notRun }) => notRun !== null).length
  return { tests: cells.length + skipped, passed, failed: cells.length - passed, skipped }
}

/** The checks by client; a cell has a mark for each broker, in their order. */
export function checkTable(results: readonly ClientResults[]): string {
  return table([
    ['check', ...results.map(({ client }) => client)],
    ['---', ...results.map(() => ':-:')],
    ...checkNames(results).map((name) => [name, ...results.map((result) => cell(result, name))]),
  ])
}

/** How many checks passed, for each client and broker. */
export function summaryTable(
  results: readonly ClientResults[],
  brokers: readonly string[],
): string {
  return table([
    ['client', ...brokers],
    ['---', ...brokers.map(() => '---')],
    ...results.map(({ client, notRun, brokers: found }) => [
      client,
      ...brokers.map((name) => (notRun === null ? countText(found[name] ?? []) : 'not run')),
    ]),
  ])
}

/** A line for each check that failed and each client that did not run, with the reason. */
export function problemLines(results: readonly ClientResults[]): readonly string[] {
  return results.flatMap(({ client, notRun, brokers }) => [
    ...(notRun === null ? [] : [`✖ NOT RUN: ${client}: ${notRun}`]),
    ...Object.entries(brokers).flatMap(([broker, checks]) =>
      checks.flatMap(({ check, problem }) =>
        problem === null ? [] : [`✖ ${client}, ${broker}: ${check}: ${problem}`],
      ),
    ),
  ])
}

/** In the order in which clients make them. */
function checkNames(results: readonly ClientResults[]): readonly string[] {
  const all = results.flatMap(({ brokers }) => Object.values(brokers).flat())
  return [...new Set(all.map(({ check }) => check))]
}

function cell({ brokers }: ClientResults, name: string): string {
  const found = Object.values(brokers).map((checks) => checks.find(({ check }) => check === name))
  return found.some((result) => result !== undefined) ? found.map(mark).join(' ') : ''
}

function mark(result: CheckResult | undefined): string {
  if (result === undefined) return '–'
  return result.problem === null ? '✔' : '✖'
}

function countText(checks: readonly CheckResult[]): string {
  const passed = checks.filter(({ problem }) => problem === null).length
  return `${passed} of ${checks.length}`
}

function table(rows: ReadonlyArray<readonly string[]>): string {
  return rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

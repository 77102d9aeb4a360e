import { setTimeout } from 'node:timers/promises'
import type { Row } from './figures.ts'
import type { Scenario } from './scenario.ts'
import { rest, until } from './waiting.ts'
import type { ClusterWorker } from './worker.ts'

export const ROUNDS = 3
/** No further round is begun after this time. */
export const ROUNDS_LIMIT_MS = 240_000
export const QUIET_MS = 15_000

/** What happens to the group, and the rows of what it does to tasks that stay and that move. */
const rowsOf = {
  join: ['joinStayed', 'joinMoved'],
  leave: ['leaveStayed', 'leaveMoved'],
  die: ['dieStayed', 'dieMoved'],
} as const satisfies Record<string, readonly Row[]>

/**
 * Rounds of nothing, and of a fourth worker that joins and leaves, and joins and dies. Ends with a
 * change that did not come about in time: the next one would be measured in the middle of it.
 */
export async function changeMembers(scenario: Scenario): Promise<void> {
  const startedMs = performance.now()
  for (let round = 0; round < ROUNDS; round++) {
    if (performance.now() - startedMs > ROUNDS_LIMIT_MS) return
    await stayQuiet(scenario)
    const changes = [
      () => change(scenario, 'join', () => join(scenario, `leaving-${round}`)),
      () => change(scenario, 'leave', () => lose(scenario, (worker) => worker.stop())),
      () => change(scenario, 'join', () => join(scenario, `dying-${round}`)),
      () => change(scenario, 'die', () => lose(scenario, (worker) => worker.kill())),
    ]
    for (const each of changes) if (!(await each())) return
  }
}

async function stayQuiet({ ticks, connectors, measured }: Scenario): Promise<void> {
  const fromMs = Date.now()
  await setTimeout(QUIET_MS)
  const { stayed, moved } = ticks.gaps(connectors.steady, fromMs)
  measured('quiet', Math.max(...stayed, ...moved))
}

/** @returns Whether it has its part. */
async function join(
  { cluster, connectors, ticks }: Scenario,
  name: string,
): Promise<() => boolean> {
  await cluster.start([name])
  const pid = cluster.pids.at(-1) ?? 0
  const share = (connectors.names.length / cluster.pids.length) * 0.8
  return () => ticks.runningOn([pid]) >= share
}

/** @returns Whether all that it ran has started elsewhere. */
async function lose(
  { cluster, ticks }: Scenario,
  end: (worker: ClusterWorker) => Promise<void>,
): Promise<() => boolean> {
  const worker = cluster.takeLast()
  await end(worker)
  return () => ticks.runningOn([worker.pid]) === 0
}

/** @returns Whether it came about in time. */
async function change(
  { ticks, connectors, limitMs, measured }: Scenario,
  kind: keyof typeof rowsOf,
  act: () => Promise<() => boolean>,
): Promise<boolean> {
  const fromMs = Date.now()
  const isOver = await act()
  const isDone = (await until(isOver, limitMs)) && (await rest(ticks, limitMs))
  const { stayed, moved } = ticks.gaps(connectors.steady, fromMs)
  const [stayedRow, movedRow] = rowsOf[kind]
  if (stayed.length > 0) measured(stayedRow, isDone ? Math.max(...stayed) : null)
  if (moved.length > 0) measured(movedRow, isDone ? Math.max(...moved) : null)
  return isDone
}

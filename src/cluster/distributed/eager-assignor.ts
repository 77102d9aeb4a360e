import type { TaskId } from '../../runtime/task-host.ts'
import { toWork, toWorkSet } from './work-set.ts'
import type { Work } from './worker-protocol.ts'

/**
 * Shares all work out in turn: connectors first, then tasks, both in the order of their names.
 * @returns Work by member; every member is there.
 */
export function assignEagerly(
  members: readonly string[],
  configured: Work,
): ReadonlyMap<string, Work> {
  const sorted = [...members].sort()
  const shares = sorted.map(() => ({ connectors: [] as string[], tasks: [] as TaskId[] }))
  let turn = 0
  const next = () => shares[turn++ % shares.length]
  const { connectors, tasks } = toWork(toWorkSet(configured))
  for (const connector of connectors) next()?.connectors.push(connector)
  for (const task of tasks) next()?.tasks.push(task)
  return new Map(sorted.map((member, index) => [member, shares[index] as Work]))
}

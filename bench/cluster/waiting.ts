import { setTimeout } from 'node:timers/promises'
import type { Ticks } from './ticks.ts'

const POLL_MS = 20
/** Nothing has started for that long: the group has come to rest. */
const QUIET_MS = 3000

/** @returns false when it does not hold within the time. */
export async function until(holds: () => boolean, limitMs: number): Promise<boolean> {
  const deadline = performance.now() + limitMs
  while (!holds()) {
    if (performance.now() > deadline) return false
    await setTimeout(POLL_MS)
  }
  return true
}

/** @returns false when connectors still start after that time. */
export function rest(ticks: Ticks, limitMs: number): Promise<boolean> {
  const sinceMs = Date.now()
  return until(() => Date.now() - Math.max(ticks.lastStartMs, sinceMs) > QUIET_MS, limitMs)
}

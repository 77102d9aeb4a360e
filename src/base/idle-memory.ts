import { performance } from 'node:perf_hooks'
import { getHeapSpaceStatistics, getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

const CHECK_MS = 5000
/** Checks after a collection that do without another: some work needs that memory again at once. */
const CHECKS_SKIPPED = 6
/** Share of a check's time up to which a thread counts as idle. */
const BUSY_SHARE_MAX = 0.2
/** Less of it is not worth a pause. */
const YOUNG_BYTES_MIN = 16 * 1024 * 1024
/** A larger heap takes too long to collect. */
const HEAP_BYTES_MAX = 128 * 1024 * 1024

type CollectGarbage = (options: { type: 'major'; flavor: 'last-resort' }) => void

/**
 * Gives memory of this thread back that a burst has needed, such as a start of many connectors: by
 * itself the runtime keeps up to 128 MB for new objects for as long as the thread lives. Does so
 * only while the thread has little to do, in a pause of 20 to 50 ms.
 */
export function returnIdleMemory(checkMs: number = CHECK_MS): void {
  setFlagsFromString('--expose-gc')
  const collectGarbage: CollectGarbage = runInNewContext('gc')
  let before = performance.eventLoopUtilization()
  let skipped = CHECKS_SKIPPED
  setInterval(() => {
    const now = performance.eventLoopUtilization()
    const isIdle = performance.eventLoopUtilization(now, before).utilization < BUSY_SHARE_MAX
    before = now
    if (++skipped < CHECKS_SKIPPED || !isIdle) return
    if (youngBytes() < YOUNG_BYTES_MIN || heapBytes() > HEAP_BYTES_MAX) return
    collectGarbage({ type: 'major', flavor: 'last-resort' })
    skipped = 0
  }, checkMs).unref()
}

function youngBytes(): number {
  const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')
  return young?.space_size ?? 0
}

function heapBytes(): number {
  return getHeapStatistics().used_heap_size
}

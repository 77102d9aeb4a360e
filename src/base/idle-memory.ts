import { performance } from 'node:perf_hooks'
import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

const CHECK_MS = 5000
/** Most checks between two collections: twice as many each time that work needs it again soon. */
const CHECKS_WAITED_MAX = 64
/** Share of a check's time up to which a thread counts as idle. */
const BUSY_SHARE_MAX = 0.2
/** As `BUSY_SHARE_MAX`, for one that does nothing which a pause could hold up. */
const STILL_SHARE_MAX = 0.005
/** Less growth since the last collection is not worth a pause, in a thread that is still and not. */
const GROWTH_BYTES_MIN = { still: 4 * 1024 * 1024, idle: 12 * 1024 * 1024 }
/** A larger heap takes too long to collect. */
const HEAP_BYTES_MAX = 128 * 1024 * 1024

type CollectGarbage = (options: { type: 'major'; flavor: 'last-resort' }) => void

/**
 * Gives memory of this thread back that its start has needed, or a burst such as a start of many
 * connectors: by itself the runtime keeps what it once had, even when a collection has freed it.
 * Does so only while the thread has little to do, in a pause of 20 to 50 ms.
 */
export function returnIdleMemory(checkMs: number = CHECK_MS): void {
  setFlagsFromString('--expose-gc')
  const collectGarbage: CollectGarbage = runInNewContext('gc')
  let before = performance.eventLoopUtilization()
  let keptBytes = 0
  let checks = 0
  let waited = 1
  setInterval(() => {
    const now = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(now, before)
    before = now
    if (++checks < waited || utilization > BUSY_SHARE_MAX) return
    const growthBytesMin = GROWTH_BYTES_MIN[utilization < STILL_SHARE_MAX ? 'still' : 'idle']
    const { total_heap_size: heapBytes, used_heap_size: usedBytes } = getHeapStatistics()
    if (heapBytes - keptBytes < growthBytesMin || usedBytes > HEAP_BYTES_MAX) return
    waited = checks < 2 * waited ? Math.min(2 * waited, CHECKS_WAITED_MAX) : 1
    collectGarbage({ type: 'major', flavor: 'last-resort' })
    keptBytes = getHeapStatistics().total_heap_size
    checks = 0
  }, checkMs).unref()
}

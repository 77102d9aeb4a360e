import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { cpuUsage, memoryUsage, version } from 'node:process'
import { PROCESS_DOMAIN } from './names.ts'
import type { MetricsRegistry, Readings } from './registry.ts'

const NS_PER_S = 1e9
const US_PER_S = 1e6
/** A finer one costs an idle worker more: 20 ms take 0.2 % of a CPU. */
const EVENT_LOOP_RESOLUTION_MS = 50

/**
 * Adds what the process takes of its machine, under the names that Prometheus clients for Node
 * have for it. The delay of the event loop is that since the last time it was read.
 * @param threads Number of threads that run tasks.
 */
export function addProcessMetrics(registry: MetricsRegistry, threads: () => number): void {
  const delay = monitorEventLoopDelay({ resolution: EVENT_LOOP_RESOLUTION_MS })
  delay.enable()
  // What is measured is the time between two timers.
  const seconds = (ns: number) =>
    delay.count === 0 ? 0 : Math.max(0, ns / NS_PER_S - EVENT_LOOP_RESOLUTION_MS / 1000)
  const read = (): Readings => {
    const { user, system } = cpuUsage()
    const { rss, heapTotal, heapUsed, external } = memoryUsage()
    const lag = {
      nodejs_eventloop_lag_min_seconds: seconds(delay.min),
      nodejs_eventloop_lag_max_seconds: seconds(delay.max),
      nodejs_eventloop_lag_mean_seconds: seconds(delay.mean),
      nodejs_eventloop_lag_p50_seconds: seconds(delay.percentile(50)),
      nodejs_eventloop_lag_p99_seconds: seconds(delay.percentile(99)),
    }
    delay.reset()
    return {
      process_cpu_user_seconds_total: user / US_PER_S,
      process_cpu_system_seconds_total: system / US_PER_S,
      process_cpu_seconds_total: (user + system) / US_PER_S,
      process_start_time_seconds: performance.timeOrigin / 1000,
      process_resident_memory_bytes: rss,
      nodejs_heap_size_total_bytes: heapTotal,
      nodejs_heap_size_used_bytes: heapUsed,
      nodejs_external_memory_bytes: external,
      ...lag,
      nodejs_version: version,
      millrace_task_threads: threads(),
    }
  }
  registry.add({ domain: PROCESS_DOMAIN, type: PROCESS_DOMAIN, tags: {}, read })
}

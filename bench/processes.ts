import { readdirSync, readFileSync } from 'node:fs'

/** Length of a clock tick in `/proc`, on every Linux. */
const TICK_MS = 10

/** CPU time in milliseconds of a process, its threads and its children, dead or alive. */
export function cpuMs(pid: number): number {
  return familyOf(pid).reduce((sum, member) => sum + ownCpuMs(member), 0)
}

/** Resident memory of a process and its children in MiB. */
export function residentMiB(pid: number): number {
  return familyOf(pid).reduce((sum, member) => sum + ownResidentMiB(member), 0)
}

/** As `residentMiB`, of pages that processes share each its part: sums of it count nothing twice. */
export function proportionalMiB(pid: number): number {
  const parts = familyOf(pid).map((member) => {
    const [, kilobytes] = /^Pss:\s+(\d+) kB$/m.exec(read(`/proc/${member}/smaps_rollup`)) ?? []
    return Number(kilobytes ?? 0) / 1024
  })
  return parts.reduce((sum, part) => sum + part, 0)
}

function familyOf(pid: number): readonly number[] {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((thread) => {
    const text = read(`/proc/${pid}/task/${thread}/children`)
    return text.split(' ').filter(Boolean).map(Number)
  })
  return [pid, ...children.flatMap(familyOf)]
}

/** Fields 14 to 17 of `/proc/PID/stat`: user and system time, own and of children that ended. */
function ownCpuMs(pid: number): number {
  const [, afterName = ''] = read(`/proc/${pid}/stat`).split(') ')
  const ticks = afterName.split(' ').slice(11, 15).map(Number)
  return ticks.reduce((sum, tick) => sum + tick, 0) * TICK_MS
}

function ownResidentMiB(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`)) ?? []
  return Number(kilobytes ?? 0) / 1024
}

/** Empty when the process or thread has just ended. */
function read(file: string): string {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    return ''
  }
}

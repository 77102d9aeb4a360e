import type { SourceMap } from '../../data/record.ts'

/** May say no for equal partitions, which costs time only. */
export function samePartition(a: SourceMap | null, b: SourceMap | null): boolean {
  if (a === b) return true
  if (a === null || b === null) return false
  const keys = Object.keys(a)
  const others = Object.keys(b)
  if (keys.length !== others.length) return false
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] as string
    if (key !== others[index] || a[key] !== b[key]) return false
  }
  return true
}

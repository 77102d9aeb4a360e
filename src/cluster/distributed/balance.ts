/** Items of one kind by member; the sets of this map are its own. */
export type Loads = ReadonlyMap<string, Set<string>>

/**
 * What members have to give up so that none holds more than its share.
 * @param total Items that there are, held or not.
 * @returns Only members that give something up.
 */
export function excess(loads: Loads, total: number): ReadonlyMap<string, readonly string[]> {
  const share = Math.floor(total / loads.size)
  const extra = total % loads.size
  const sizes = [...loads.values()].map(({ size }) => size)
  const larger = sizes.filter((size) => size === share + 1).length
  const given = new Map<string, readonly string[]>()
  if (larger === extra && sizes.every((size) => size === share || size === share + 1)) return given
  let allowances = extra
  for (const [member, items] of loads) {
    if (items.size <= share) continue
    const limit = allowances > 0 ? share + 1 : share
    allowances--
    if (items.size > limit) given.set(member, [...items].slice(0, items.size - limit))
  }
  return given
}

/** Part of a member's share by which loads may differ while nobody joins or leaves. */
const SPREAD_SHARE = 0.2

/**
 * Whether loads differ by so little that no running item should stop for it: only by one, or by a
 * fifth of a share. Deleting some of many connectors so stops no others.
 */
export function isNearBalance(loads: Loads): boolean {
  const sizes = [...loads.values()].map(({ size }) => size)
  const share = sizes.reduce((sum, size) => sum + size, 0) / sizes.length
  const spread = Math.max(...sizes) - Math.min(...sizes)
  return spread <= Math.max(1, Math.floor(share * SPREAD_SHARE))
}

/** Gives each item to one of the members that hold least; adds it to the member's load. */
export function place(loads: Loads, items: readonly string[]): void {
  const left = [...items]
  while (left.length > 0) {
    const members = [...loads].sort(
      ([a, { size: sizeA }], [b, { size: sizeB }]) => sizeA - sizeB || (a < b ? -1 : 1),
    )
    const least = members[0]?.[1].size ?? 0
    for (const [, load] of members) {
      if (load.size > least) break
      const item = left.shift()
      if (item === undefined) return
      load.add(item)
    }
  }
}

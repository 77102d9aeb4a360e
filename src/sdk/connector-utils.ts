import { ConnectError } from '../base/errors.ts'

export const ConnectorUtils = {
  /**
   * Splits `elements` into `groupCount` groups of neighbours; the first ones are one larger where
   * it does not come out even, and groups are empty where there are fewer elements.
   * @throws ConnectError ILLEGAL_ARGUMENT when `groupCount` is not positive.
   */
  groupPartitions<T>(elements: readonly T[], groupCount: number): T[][] {
    if (groupCount <= 0) {
      throw new ConnectError('Number of groups must be positive.', { code: 'ILLEGAL_ARGUMENT' })
    }
    const size = Math.floor(elements.length / groupCount)
    const larger = elements.length % groupCount
    return Array.from({ length: groupCount }, (_, group) => {
      const start = group * size + Math.min(group, larger)
      return elements.slice(start, start + size + (group < larger ? 1 : 0))
    })
  },
}

/**
 * Items in the order in which a Java HashMap with their names as keys lists them: the reference
 * tells converter settings, and with them groups, in that order.
 */
export function hashOrder<T>(items: readonly T[], nameOf: (item: T) => string): readonly T[] {
  let buckets = 16
  while (items.length > buckets * 0.75) buckets *= 2
  const bucketOf = (item: T) => {
    const hash = hashCode(nameOf(item))
    return (hash ^ (hash >>> 16)) & (buckets - 1)
  }
  return [...items].sort((a, b) => bucketOf(a) - bucketOf(b))
}

/** String.hashCode of Java. */
function hashCode(text: string): number {
  let hash = 0
  for (let index = 0; index < text.length; index++) {
    hash = (Math.imul(hash, 31) + text.charCodeAt(index)) | 0
  }
  return hash
}

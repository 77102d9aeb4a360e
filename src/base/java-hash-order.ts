const BUCKETS_MIN = 16
const LOAD_MAX = 0.75

/**
 * Items in the order in which a Java HashMap with their names as keys lists them: where the
 * reference tells things in that order, and where it makes texts that are compared.
 *
 * @param buckets Of the map; as many as it has that was filled one by one, unless given.
 */
export function hashOrder<T>(
  items: readonly T[],
  nameOf: (item: T) => string,
  buckets = bucketsOfFilled(items.length),
): readonly T[] {
  const bucketOf = (item: T) => {
    const hash = hashCode(nameOf(item))
    return (hash ^ (hash >>> 16)) & (buckets - 1)
  }
  return [...items].sort((a, b) => bucketOf(a) - bucketOf(b))
}

/** The same for a HashMap that was made as a copy of another one. */
export function copiedHashOrder<T>(items: readonly T[], nameOf: (item: T) => string): readonly T[] {
  const wanted = Math.floor(items.length / LOAD_MAX + 1)
  return hashOrder(hashOrder(items, nameOf), nameOf, 2 ** Math.ceil(Math.log2(wanted)))
}

function bucketsOfFilled(size: number): number {
  let buckets = BUCKETS_MIN
  while (size > buckets * LOAD_MAX) buckets *= 2
  return buckets
}

/** String.hashCode of Java. */
function hashCode(text: string): number {
  let hash = 0
  for (let index = 0; index < text.length; index++) {
    hash = (Math.imul(hash, 31) + text.charCodeAt(index)) | 0
  }
  return hash
}

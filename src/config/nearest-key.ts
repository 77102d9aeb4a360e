/**
 * The known key that a mistyped one most likely means, for "unknown property 'x', did you mean
 * 'y'?"; null when none is close: at most a third of the characters may differ.
 */
export function nearestKey(name: string, known: Iterable<string>): string | null {
  let nearest: string | null = null
  let least = Math.floor(name.length / 3) + 1
  for (const key of known) {
    if (Math.abs(key.length - name.length) >= least) continue
    const distance = editDistance(name.toLowerCase(), key.toLowerCase())
    if (distance < least) {
      nearest = key
      least = distance
    }
  }
  return nearest
}

/** Insertions, deletions and replacements that turn one text into the other. */
function editDistance(from: string, to: string): number {
  let above = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let row = 1; row <= from.length; row++) {
    const current = [row]
    for (let column = 1; column <= to.length; column++) {
      const replaced = (above[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1)
      const inserted = (current[column - 1] ?? 0) + 1
      const deleted = (above[column] ?? 0) + 1
      current.push(Math.min(replaced, inserted, deleted))
    }
    above = current
  }
  return above[to.length] ?? 0
}

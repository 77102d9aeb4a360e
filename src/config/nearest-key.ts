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

/** Insertions, deletions, replacements and swaps of neighbours that turn one text into the other. */
function editDistance(from: string, to: string): number {
  const rows = [Array.from({ length: to.length + 1 }, (_, index) => index)]
  const at = (row: number, column: number) => rows[row]?.[column] ?? Infinity
  for (let row = 1; row <= from.length; row++) {
    const current = [row]
    rows.push(current)
    for (let column = 1; column <= to.length; column++) {
      const isSame = from[row - 1] === to[column - 1]
      const isSwap = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
      current.push(
        Math.min(
          at(row - 1, column - 1) + (isSame ? 0 : 1),
          at(row, column - 1) + 1,
          at(row - 1, column) + 1,
          isSwap ? at(row - 2, column - 2) + 1 : Infinity,
        ),
      )
    }
  }
  return at(from.length, to.length)
}

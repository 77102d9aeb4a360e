/**
 * Rows of a command that can still be copied when it is wider than the terminal. What goes on
 * within a word starts at the first column, as the shell wants it.
 */
export function commandRows(
  command: string,
  { width, indent }: { readonly width: number; readonly indent: number },
): readonly string[] {
  if (indent + command.length <= width) return [' '.repeat(indent) + command]
  const [first = '', ...words] = command.split(' ')
  const rows: string[] = []
  let row = ' '.repeat(indent) + first
  for (const word of words) {
    if (row.length + 1 + word.length <= width - 2) {
      row += ` ${word}`
      continue
    }
    rows.push(`${row} \\`)
    row = ' '.repeat(indent + 2) + word
    while (row.length > width - 2) {
      rows.push(`${row.slice(0, width - 1)}\\`)
      row = row.slice(width - 1)
    }
  }
  return [...rows, row]
}

import { existsSync, readFileSync } from 'node:fs'

/** Complete lines of a file; none when it is not there. */
export function readLines(file: string): string[] {
  if (!existsSync(file)) return []
  const text = readFileSync(file, 'utf8')
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .slice(0, -1)
}

import { renameSync, writeFileSync } from 'node:fs'

/** Writes a file that others may read at any time: they find the former text or all of the new one. */
export function replaceFile(path: string, text: string): void {
  const next = `${path}.next`
  writeFileSync(next, text)
  renameSync(next, path)
}

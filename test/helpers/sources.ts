import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'

export const root = join(import.meta.dirname, '../..')

/** Files of the repository that match, relative to its root, whether committed or not. */
export function filesOf(patterns: readonly string[]): string[] {
  return globSync([...patterns], {
    cwd: root,
    exclude: ['**/node_modules/**', '**/dist/**', '.git/**', '.kafka/**', 'bench/profiles/**'],
  })
}

export function textOf(file: string): string {
  return readFileSync(join(root, file), 'utf8')
}

export interface Import {
  readonly from: string
  /** As written: a path, a `node:` module or a package. */
  readonly specifier: string
  /** File of the repository; null for everything else. */
  readonly target: string | null
}

/** Static, dynamic and type imports of TypeScript files. */
export function importsOf(files: readonly string[]): readonly Import[] {
  return files.flatMap((from) => {
    const statements = textOf(from).matchAll(
      /^(?:import|export|\})(?:[^'"]*?\sfrom)?\s*'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/gm,
    )
    return [...statements].map(([, fixed, dynamic]) => {
      const specifier = fixed ?? dynamic ?? ''
      const target = specifier.startsWith('.') ? normalize(join(dirname(from), specifier)) : null
      return { from, specifier, target }
    })
  })
}

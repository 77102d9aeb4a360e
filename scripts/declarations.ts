import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, normalize } from 'node:path'

/**
 * Writes into `dist` the type declarations that entries need, and no others: the compiler emits those of
 * every file that it has read.
 * @param entries Paths below `src` without extension, such as `sdk/index`.
 * @throws Error when the sources don't type-check.
 */
export function writeDeclarations(root: string, dist: string, entries: readonly string[]): void {
  const emitted = mkdtempSync(join(tmpdir(), 'millrace-types-'))
  try {
    const { status } = spawnSync('tsc', ['-p', 'tsconfig.types.json', '--outDir', emitted], {
      cwd: root,
      stdio: 'inherit',
    })
    if (status !== 0) throw new Error('the type declarations could not be written')
    const needed = new Set(entries)
    for (const file of needed) {
      const text = readFileSync(join(emitted, `${file}.d.ts`), 'utf8')
      for (const [, path = ''] of text.matchAll(/(?:from |import\()'(\.[^']+)\.ts'/g)) {
        needed.add(normalize(join(dirname(file), path)))
      }
      const target = join(dist, `${file}.d.ts`)
      mkdirSync(dirname(target), { recursive: true })
      writeFileSync(target, text.replaceAll(/((?:from |import\()'\.[^']+)\.ts'/g, "$1.js'"))
    }
  } finally {
    rmSync(emitted, { recursive: true })
  }
}

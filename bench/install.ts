import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'

const root = dirname(import.meta.dirname)

/**
 * As the published package has it: without sources the commands run what is built. Leaves no `dist`
 * where there was none.
 */
export function installMillrace(folder: string): void {
  const isBuilt = existsSync(join(root, 'dist'))
  execFileSync(process.execPath, [join(root, 'scripts/build.ts')], { stdio: 'inherit' })
  mkdirSync(folder)
  execFileSync('cp', ['-RL', 'bin', 'dist', 'package.json', folder], { cwd: root })
  if (!isBuilt) rmSync(join(root, 'dist'), { recursive: true })
}

import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'

const root = dirname(import.meta.dirname)

/** As the published package has it: without sources the commands run what is built. */
export function installMillrace(folder: string): void {
  execFileSync(process.execPath, [join(root, 'scripts/build.ts')], { stdio: 'inherit' })
  mkdirSync(folder)
  execFileSync('cp', ['-RL', 'bin', 'dist', 'package.json', folder], { cwd: root })
}

import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './sources.ts'

/** Packs the tarball that would be published into `folder`. @returns Its path. */
export function packTarball(folder: string): string {
  mkdirSync(folder, { recursive: true })
  command(root, process.execPath, 'scripts/pack.ts', folder)
  const [tarball, ...others] = readdirSync(folder).filter((name) => name.endsWith('.tgz'))
  if (tarball === undefined || others.length > 0) throw new Error(`no single tarball in ${folder}`)
  return join(folder, tarball)
}

/** Makes `folder` a package that has the packages given, as npm installs them without scripts. */
export function installInto(folder: string, ...packages: readonly string[]): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{"name": "consumer", "type": "module"}\n')
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--silent']
  command(folder, 'npm', 'install', ...flags, ...packages)
}

/** Runs a command to its end. @returns What it printed. */
export function command(folder: string, name: string, ...args: readonly string[]): string {
  return execFileSync(name, args, {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

/** Fields that mean something in a checkout only. */
const checkoutFields = [
  'private',
  'scripts',
  'dependencies',
  'devDependencies',
  'optionalDependencies',
]

/**
 * Writes the tarball that is published into the folder given, else the current one. It is packed
 * from a folder of its own: with links as files, and a manifest without what the build has bundled
 * and what only a checkout needs.
 */
const root = dirname(import.meta.dirname)
const target = resolve(process.argv[2] ?? '.')
const staging = mkdtempSync(join(tmpdir(), 'millrace-pack-'))
try {
  execFileSync(process.execPath, [join(root, 'scripts/build.ts')], { stdio: 'inherit' })
  const manifest: Manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  // `cpSync` leaves links within a folder as they are, and npm leaves them out.
  execFileSync('cp', ['-RL', ...manifest.files, staging], { cwd: root })
  writeFileSync(join(staging, 'package.json'), JSON.stringify(published(manifest), null, 2))
  mkdirSync(target, { recursive: true })
  execFileSync('npm', ['pack', '--silent', '--pack-destination', target], {
    cwd: staging,
    stdio: 'inherit',
  })
} finally {
  rmSync(staging, { recursive: true })
}

interface Manifest {
  readonly files: readonly string[]
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>
  readonly [field: string]: unknown
}

function published(manifest: Manifest): object {
  const kept = Object.entries(manifest).filter(([field]) => !checkoutFields.includes(field))
  const exports = Object.entries(manifest.exports).map(([path, target]) => {
    if (typeof target === 'string') return [path, target]
    return [path, Object.fromEntries(Object.entries(target).filter(([key]) => key !== 'source'))]
  })
  return { ...Object.fromEntries(kept), exports: Object.fromEntries(exports) }
}

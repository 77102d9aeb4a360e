import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

/**
 * Writes the tarball that is published into the folder given, else the current one. It is packed from
 * a folder of its own: with links as files, and a manifest without what the build has bundled and what
 * only a checkout needs.
 */
const root = dirname(import.meta.dirname)
const target = resolve(process.argv[2] ?? '.')
const staging = mkdtempSync(join(tmpdir(), 'millrace-pack-'))
try {
  execFileSync(process.execPath, [join(root, 'scripts/build.ts')], { stdio: 'inherit' })
  const manifest: Manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  for (const file of manifest.files) {
    cpSync(join(root, file), join(staging, file), { recursive: true, dereference: true })
  }
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

/** Fields that mean something in a checkout only. */
const checkoutFields = [
  'private',
  'scripts',
  'dependencies',
  'devDependencies',
  'optionalDependencies',
]

function published(manifest: Manifest): object {
  const kept = Object.entries(manifest).filter(([field]) => !checkoutFields.includes(field))
  const exports = Object.entries(manifest.exports).map(([path, target]) => {
    if (typeof target === 'string') return [path, target]
    return [path, Object.fromEntries(Object.entries(target).filter(([key]) => key !== 'source'))]
  })
  return { ...Object.fromEntries(kept), exports: Object.fromEntries(exports) }
}

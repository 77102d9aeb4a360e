import { spawnSync } from 'node:child_process'
import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import { build, type Metafile, type Plugin } from 'esbuild'
import { writeDeclarations } from './declarations.ts'

/**
 * Writes `dist`: one build with shared chunks, so that a class is the same class in the worker and in
 * a plug-in; dependencies bundled, as loading them file by file costs most of the start.
 */
const root = dirname(import.meta.dirname)
const dist = join(root, 'dist')

const builtins = /^node:/
/**
 * A module that imports Node's own makes it read all their properties, and with that load much that
 * is never used: of `node:http` its `fetch`, 12 MB in each thread. So only what is used is read.
 */
const readBuiltins: Plugin = {
  name: 'read-builtins',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: builtins }, ({ path, kind }) =>
      kind === 'import-statement' ? { path, namespace: 'read', sideEffects: false } : null,
    )
    onLoad({ filter: builtins, namespace: 'read' }, ({ path }) => {
      const names = Object.keys(process.getBuiltinModule(path) ?? {})
      const read = names
        .filter((name) => name !== 'default')
        .map((name) => `export const ${name} = /* @__PURE__ */ (() => builtin.${name})()`)
      const builtin = `const builtin = process.getBuiltinModule('${path}')`
      return { contents: [builtin, 'export default builtin', ...read].join('\n') }
    })
  },
}

rmSync(dist, { recursive: true, force: true })
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: {
    cli: 'src/cli/main.ts',
    'task-thread': 'src/cli/task-thread.ts',
    index: 'src/index.ts',
    'sdk/index': 'src/sdk/index.ts',
    'broker/index': 'src/broker/index.ts',
  },
  outdir: dist,
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  conditions: ['source'],
  plugins: [readBuiltins],
  // Dependencies in CommonJS call `require` for Node's own modules.
  banner: {
    js: "import { createRequire as nodeRequire } from 'node:module'\nconst require = nodeRequire(import.meta.url)",
  },
  define: { BUILT_FROM_COMMIT: JSON.stringify(commit()) },
  legalComments: 'external',
  metafile: true,
  logLevel: 'warning',
})
const texts = [...licences(metafile), ...legalComments()]
writeFileSync(join(dist, 'THIRD-PARTY-LICENSES.txt'), texts.join('\n'))
for (const file of globSync('**/*.js', { cwd: dist })) checkAscii(file)
writeDeclarations(root, dist, ['index', 'sdk/index', 'broker/index'])

/** From COMMIT, for builds without the history; `unknown` without both. */
function commit(): string {
  const { COMMIT } = process.env
  if (COMMIT !== undefined) return COMMIT
  const { status, stdout } = spawnSync('git', ['rev-parse', 'HEAD'], {
    cwd: root,
    encoding: 'utf8',
  })
  return status === 0 ? stdout.trim() : 'unknown'
}

/** Licence texts of the packages whose code is in the build. */
function licences({ inputs }: Metafile): readonly string[] {
  const packages = new Set(Object.keys(inputs).flatMap((file) => packageOf(file) ?? []))
  const folders = [...packages].sort((a, b) => (a < b ? -1 : 1))
  return folders.map(licenceOf)
}

/** What the code itself says of its licences: taken out of it, as it has names that are not ASCII. */
function legalComments(): readonly string[] {
  return globSync('**/*.LEGAL.txt', { cwd: dist }).map((name) => {
    const file = join(dist, name)
    const text = readFileSync(file, 'utf8')
    rmSync(file)
    return text
  })
}

/** @throws for another character: it makes the text of the file take twice its size in each thread. */
function checkAscii(file: string): void {
  const [line] = /^.*[^\0-\x7f].*$/m.exec(readFileSync(join(dist, file), 'utf8')) ?? []
  if (line !== undefined) throw new Error(`${file} has characters that are not ASCII: ${line}`)
}

/** Folder of the package that a file belongs to; null for our own. */
function packageOf(file: string): string | null {
  const parts = file.split(sep)
  const at = parts.lastIndexOf('node_modules')
  if (at === -1) return null
  const depth = parts[at + 1]?.startsWith('@') ? 3 : 2
  return parts.slice(0, at + depth).join(sep)
}

function licenceOf(folder: string): string {
  const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))
  const [file] = globSync('{licen[cs]e,LICEN[CS]E,Licen[cs]e}*', { cwd: join(root, folder) })
  const text =
    file === undefined ? manifest.license : readFileSync(join(root, folder, file), 'utf8')
  return `==== ${manifest.name} ${manifest.version} (${manifest.license})\n\n${text.trim()}\n`
}

import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './sources.ts'

/**
 * Puts a plug-in as a user has it into `folder`: a package of its own that finds `millrace/sdk`
 * among its modules.
 * @param plugins What its manifest names, of `module`, a path within the repository.
 * @param version Of the package; several versions may lie side by side.
 * @returns What goes into `plugin.path`.
 */
export function installPlugin(
  folder: string,
  module: string,
  plugins: ReadonlyArray<{ readonly kind: string; readonly class: string }>,
  version = '1.0.0',
): string {
  const path = join(folder, `plugins/sample-${version}`)
  const millrace = join(path, 'node_modules/millrace')
  mkdirSync(millrace, { recursive: true })
  symlinkSync(join(root, 'src'), join(millrace, 'src'))
  writeFileSync(
    join(millrace, 'package.json'),
    JSON.stringify({
      name: 'millrace',
      type: 'module',
      exports: { './sdk': './src/sdk/index.ts' },
    }),
  )
  copyFileSync(join(root, module), join(path, 'index.ts'))
  const manifest = {
    name: 'sample',
    version,
    type: 'module',
    millrace: { plugins: plugins.map((plugin) => ({ ...plugin, module: './index.ts' })) },
  }
  writeFileSync(join(path, 'package.json'), JSON.stringify(manifest))
  return join(folder, 'plugins')
}

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'

/** Lines that say with what was measured. */
export const versions = {
  millrace(): string {
    const root = join(import.meta.dirname, '..')
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root }).toString()
    const node = `Node.js ${process.version} without flags`
    return `Millrace ${version}, commit ${commit.trim()}, built, ${node}`
  },
  java(): string {
    return execFileSync('java', ['--version']).toString().split('\n')[1] ?? ''
  },
  machine(): string {
    return `machine: ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB of memory, Linux`
  },
}

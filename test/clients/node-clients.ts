import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../helpers/sources.ts'
import type { Client } from './client.ts'

/** A client that is one of the project's own development dependencies. */
function nodeClient(name: string, program: string): Client {
  const manifest = join(root, 'node_modules', name, 'package.json')
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { readonly version: string }
  return {
    name: `${name} ${version}`,
    needs: [],
    install: () => Promise.resolve(),
    command: [process.execPath, join(import.meta.dirname, 'node', program)],
  }
}

export const nodeClients: readonly Client[] = [
  nodeClient('@platformatic/kafka', 'platformatic.ts'),
  nodeClient('kafkajs', 'kafkajs.ts'),
]

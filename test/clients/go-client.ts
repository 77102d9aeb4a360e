import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Client, cache, command } from './client.ts'

const sources = join(import.meta.dirname, 'go')
const program = join(cache, 'franz-go')
const [, version] = /franz-go v(\S+)/.exec(readFileSync(join(sources, 'go.mod'), 'utf8')) ?? []

/** The Go client, as a program of its own; modules come from the Go proxy. */
export const franzGo: Client = {
  name: `franz-go ${version}`,
  needs: ['go'],
  command: [program],
  async install() {
    await command('go', ['build', '-mod=readonly', '-trimpath', '-o', program, '.'], {
      cwd: sources,
      env: { CGO_ENABLED: '0' },
    })
  },
}

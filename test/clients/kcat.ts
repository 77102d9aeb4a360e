import { existsSync, globSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Client, cache, command } from './client.ts'

const folder = join(cache, 'kcat')
const files = join(folder, 'root/usr')

/** Debian's package and the libraries that this machine does not have, without installing them. */
async function fetchFromDebian(): Promise<void> {
  if (existsSync(join(files, 'bin/kcat'))) return
  for (const name of ['lists/partial', 'archives/partial']) {
    mkdirSync(join(folder, name), { recursive: true })
  }
  const options = [
    ...['-qq', '-o', 'Debug::NoLocking=1', '-o', `Dir::State::lists=${folder}/lists`],
    ...['-o', `Dir::Cache=${folder}`, '-o', 'APT::Sandbox::User='],
  ]
  await command('apt-get', [...options, 'update'])
  await command('apt-get', [...options, '-y', '--download-only', '--reinstall', 'install', 'kcat'])
  for (const file of globSync('archives/*.deb', { cwd: folder })) {
    await command('dpkg-deb', ['-x', join(folder, file), join(folder, 'root')])
  }
}

/** Of the Debian release that the machine has; its librdkafka is some years older than Python's. */
export const kcat: Client = {
  name: 'kcat (Debian)',
  needs: ['apt-get', 'dpkg-deb'],
  install: fetchFromDebian,
  command: [process.execPath, join(import.meta.dirname, 'node/kcat.ts')],
  env: { MILLRACE_TEST_KCAT: files },
}

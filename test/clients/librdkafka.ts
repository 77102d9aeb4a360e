import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Client, cache, command } from './client.ts'

const sources = join(import.meta.dirname, 'python')
const requirements = join(sources, 'requirements.txt')
const version = readFileSync(requirements, 'utf8').trim().split('==')[1] ?? ''
const packages = join(cache, `confluent-kafka-${version}`)

/** The Python binding, whose wheels contain librdkafka of the same version. */
export const confluentKafka: Client = {
  name: `Python confluent-kafka ${version} (librdkafka)`,
  needs: ['python3'],
  command: ['python3', join(sources, 'clients.py')],
  env: { PYTHONPATH: packages, PYTHONDONTWRITEBYTECODE: '1' },
  async install() {
    if (existsSync(join(packages, 'confluent_kafka'))) return
    await command('python3', [
      ...['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--only-binary'],
      ...[':all:', '--target', packages, '--requirement', requirements],
    ])
  },
}

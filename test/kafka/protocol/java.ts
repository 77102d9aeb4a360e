import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { fetchKafka, kafkaHome } from '../../helpers/apache-kafka.ts'

/** What the Java client's own classes answer to each request, see `Wire.java`. */
export function askJava(requests: readonly string[]): readonly string[] {
  fetchKafka()
  const program = join(import.meta.dirname, 'Wire.java')
  const answers = execFileSync(
    'java',
    ['-Dfile.encoding=UTF-8', '-cp', join(kafkaHome, 'lib/*'), program],
    {
      input: requests.map((request) => `${request}\n`).join(''),
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'inherit'],
      maxBuffer: 2 ** 30,
    },
  )
  return answers.trimEnd().split('\n')
}

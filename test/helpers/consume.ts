import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

const millrace = join(import.meta.dirname, '../../bin/millrace')

/** First `count` values of a topic as text, by `millrace consume`; waits for them. */
export async function consume(bootstrap: string, topic: string, count: number): Promise<string[]> {
  const command = spawn(
    millrace,
    ['consume', topic, '--from-beginning', '-n', String(count), '--bootstrap-server', bootstrap],
    { stdio: ['ignore', 'pipe', 'pipe'], timeout: 120_000 },
  )
  const exit = once(command, 'exit')
  const [output, errors] = await Promise.all([text(command.stdout), text(command.stderr)])
  const [code] = await exit
  if (code !== 0) throw new Error(`consume ended with ${code}: ${errors}`)
  return output.split('\n').slice(0, -1)
}

import type { Logger } from '../base/logger.ts'

/**
 * Ends the process by SIGKILL when native code of plug-ins holds threads of it: `process.exit` would
 * wait for that code, perhaps for ever. To be called when all else is closed.
 * @param held As `ThreadHost.held`; without any, nothing happens.
 */
export async function endHeld(held: readonly string[], logger: Logger): Promise<void> {
  if (held.length === 0) return
  logger.error(
    `Native code of plug-ins does not return: ${held.join('; ')}. All else is closed; the process ends by SIGKILL (exit status 137)`,
  )
  await new Promise((resolve) => process.stdout.write('', resolve))
  process.kill(process.pid, 'SIGKILL')
}

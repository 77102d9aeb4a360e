import type { Logger } from '../base/logger.ts'
import { endAtOnce } from './end-at-once.ts'

/**
 * Ends the process when native code of plug-ins holds threads of it. To be called when all else is
 * closed.
 * @param held As `ThreadHost.held`; without any, nothing happens.
 */
export async function endHeld(
  held: readonly string[],
  exitCode: number,
  logger: Logger,
): Promise<void> {
  if (held.length === 0) return
  logger.error(
    `Native code of plug-ins does not return: ${held.join('; ')}. All else is closed; the process ends without waiting for it`,
  )
  await new Promise((resolve) => process.stdout.write('', resolve))
  endAtOnce(exitCode)
}

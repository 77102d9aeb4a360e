import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './sources.ts'

const home = join(root, '.faketime')
const library = join(home, 'libfaketime/vendor/libfaketime/src/libfaketime.so.1')

/** Clock of a process that a test can set, apart from the machine's. */
export interface ShiftedClock {
  /** Takes the place of `bin/connect-distributed`. */
  readonly command: string
  /** From now on the process lives so many seconds later; fewer than 0 for earlier. */
  shift(seconds: number): void
}

/**
 * A worker's command whose time of day is another one; time-outs and the like go on as ever.
 * @param folder For files of its own.
 * @returns null where libfaketime can't be had: no PyPI, or another system than Linux on x64.
 */
export function shiftedClock(folder: string, seconds: number): ShiftedClock | null {
  if (!fetched()) return null
  mkdirSync(folder, { recursive: true })
  const file = join(folder, 'shift')
  const command = join(folder, 'connect-distributed')
  const shift = (by: number) => writeFileSync(file, `${by < 0 ? '' : '+'}${by}\n`)
  shift(seconds)
  const settings = [
    `LD_PRELOAD=${library}`,
    `FAKETIME_TIMESTAMP_FILE=${file}`,
    'FAKETIME_NO_CACHE=1',
    'FAKETIME_DONT_FAKE_MONOTONIC=1',
  ]
  const worker = join(root, 'bin/connect-distributed')
  writeFileSync(command, `#!/bin/sh\nexec env ${settings.join(' ')} "${worker}" "$@"\n`, {
    mode: 0o755,
  })
  return { command, shift }
}

function fetched(): boolean {
  try {
    execFileSync(join(root, 'test/faketime/fetch'), [home], { stdio: 'ignore' })
    execFileSync('true', [], { env: { LD_PRELOAD: library } })
    return existsSync(library) && process.platform === 'linux' && process.arch === 'x64'
  } catch {
    return false
  }
}

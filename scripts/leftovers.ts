import { readdirSync, readFileSync } from 'node:fs'

/** In the environment of everything that a suite starts, whatever process group it moves to. */
export const suiteVariable = 'MILLRACE_TEST_SUITE'

/** Processes that still run with this mark in their environment; none where there is no /proc. */
export function leftovers(mark: string): readonly string[] {
  return processIds().flatMap((id) => {
    try {
      const environment = readFileSync(`/proc/${id}/environ`, 'utf8').split('\0')
      if (!environment.includes(`${suiteVariable}=${mark}`)) return []
      const command = readFileSync(`/proc/${id}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
      return command === '' ? [] : [`${id} ${command.slice(0, 160)}`]
    } catch {
      return [] // it has ended in between, or belongs to somebody else
    }
  })
}

function processIds(): readonly string[] {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name) && name !== `${process.pid}`)
  } catch {
    return []
  }
}

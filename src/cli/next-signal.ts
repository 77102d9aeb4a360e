import { endAtOnce } from './end-at-once.ts'

/** Exit code of the first SIGINT or SIGTERM; the second one ends the process at once. */
export function nextSignal(): Promise<number> {
  return new Promise((resolve) => {
    const codes = { SIGINT: 130, SIGTERM: 143 } as const
    for (const [name, code] of Object.entries(codes)) {
      process.once(name, () => {
        process.once(name, () => endAtOnce(code))
        resolve(code)
      })
    }
  })
}

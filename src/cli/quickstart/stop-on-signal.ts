/** Exit codes that shells expect of a command that a signal has ended. */
const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const

/**
 * Aborts at the first signal, with its exit code as the reason. The second one ends the process at
 * once.
 */
export function stopOnSignal(): AbortController {
  const stop = new AbortController()
  for (const [name, code] of Object.entries(codes)) {
    process.on(name, () => {
      if (stop.signal.aborted) process.exit(code)
      stop.abort(code)
    })
  }
  return stop
}

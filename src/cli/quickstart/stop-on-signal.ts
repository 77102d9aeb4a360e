/** Exit codes that shells expect of a command that a signal has ended. */
const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const

/** Aborts at the first signal, with its exit code as the reason. */
export function stopOnSignal(): AbortController {
  const stop = new AbortController()
  // Some come twice: from the terminal, and from npm.
  for (const [name, code] of Object.entries(codes)) process.on(name, () => stop.abort(code))
  return stop
}

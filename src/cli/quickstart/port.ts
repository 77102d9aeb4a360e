/** Starts something on the port wished for, or on any free one where that is taken. */
export async function onPort<T>(wished: number, start: (port: number) => Promise<T>): Promise<T> {
  try {
    return await start(wished)
  } catch (error) {
    if (!isPortTaken(error)) throw error
    return await start(0)
  }
}

function isPortTaken(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return ('code' in error && error.code === 'EADDRINUSE') || isPortTaken(error.cause)
}

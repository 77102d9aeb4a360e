/** Why something that a client asked for isn't done. */
export interface Problem {
  readonly errorCode: number
  readonly message: string
}

export function problem(errorCode: number, message: string): Problem {
  return { errorCode, message }
}

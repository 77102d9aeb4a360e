/** What one client found out about one broker. */
export interface CheckResult {
  readonly check: string
  /** Null when the check passed. */
  readonly problem: string | null
}

/** Reads `ok NAME` and `failed NAME: REASON`; other lines are the client's own. */
export function readChecks(output: string): readonly CheckResult[] {
  return output.split('\n').flatMap((line): CheckResult[] => {
    const [, outcome, rest = ''] = /^(ok|failed) (.*)$/.exec(line) ?? []
    if (outcome === undefined) return []
    if (outcome === 'ok') return [{ check: rest, problem: null }]
    const at = rest.indexOf(': ')
    return [{ check: rest.slice(0, at), problem: rest.slice(at + 2) }]
  })
}

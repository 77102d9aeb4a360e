/** What the columns of a table show, each with the digits behind its point. */
export interface Table {
  readonly title: string
  readonly columns: readonly { readonly title: string; readonly digits: number }[]
}

export const tables = {
  throughput: {
    title: 'Throughput',
    columns: [
      { title: 'k records/s', digits: 0 },
      { title: 'CPU µs', digits: 2 },
      { title: 'generator, % of a core', digits: 0 },
    ],
  },
  latency: {
    title: 'Latency of single records',
    columns: [
      { title: 'p50, µs', digits: 0 },
      { title: 'p99, µs', digits: 0 },
    ],
  },
  java: { title: 'With the Java clients', columns: [{ title: 'k records/s', digits: 0 }] },
  start: {
    title: 'Start',
    columns: [
      { title: 'ready line, ms', digits: 0 },
      { title: 'first answer, ms', digits: 0 },
    ],
  },
  memory: { title: 'Memory', columns: [{ title: 'resident, MiB', digits: 0 }] },
} satisfies Record<string, Table>

/** One row's values of one run; null for what the broker doesn't have. */
export interface Figures {
  readonly table: keyof typeof tables
  readonly row: string
  readonly implementation: string
  readonly values: readonly (number | null)[]
}

/** Metrics of MBeans of one type, for `/metrics` and for the reference page. */
export interface MetricTable {
  /** Of the MBean. */
  readonly type: string
  /** Names of the MBean's tags. */
  readonly tags: readonly string[]
  /** By attribute; the unit `text` stands for a value that is no number. */
  readonly metrics: Readonly<Record<string, readonly [unit: string, meaning: string]>>
}

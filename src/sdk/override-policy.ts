/** Settings that one connector gives to one kind of its Kafka clients. */
export interface OverrideRequest {
  readonly connector: string
  /** Class of the connector. */
  readonly connectorClass: string
  readonly connectorType: 'source' | 'sink'
  readonly client: 'producer' | 'consumer' | 'admin'
  /** Values by name, without `producer.override.` and the like. */
  readonly props: Readonly<Record<string, string | null>>
}

/** Says which settings of Kafka clients connectors may set for themselves. */
export interface OverridePolicy {
  /** @returns What is wrong, by the name of the setting; empty when all of it is allowed. */
  refused(request: OverrideRequest): Readonly<Record<string, string>>
}

/** A member as the leader of the group sees it. */
export interface JoinedMember {
  readonly memberId: string
  readonly instanceId: string | null
  readonly metadata: Buffer
}

/** Result of a rebalance for one member. */
export interface Joined {
  readonly generation: number
  readonly memberId: string
  readonly leaderId: string
  readonly protocol: string
  readonly assignment: Buffer
}

/** What a group is about; membership itself is the same for all. Calls never overlap. */
export interface GroupProtocol {
  /** `consumer` or `connect`. */
  readonly type: string
  /** What this member offers for the next generation, the preferred way first. */
  protocols(): readonly { readonly name: string; readonly metadata: Uint8Array }[]
  /** Runs on the leader. @returns Assignment by member id. */
  assign(
    protocol: string,
    members: readonly JoinedMember[],
    self: { readonly generation: number; readonly memberId: string },
  ): Promise<Map<string, Uint8Array>>
  /** Before joining again: gives up what may not be kept through a rebalance. */
  onPrepare(): Promise<void>
  onJoined(joined: Joined): Promise<void>
  /** The group went on without this member: all it had may belong to others already. */
  onLost(): Promise<void>
}

/** One way in which members may share work, with what a member tells the leader under it. */
export interface GroupProtocol {
  readonly name: string
  readonly metadata: Buffer
}

/** Who of a group is meant. */
export interface MemberIdentity {
  /** Empty for one who has none yet, or whose id isn't known. */
  readonly memberId: string
  /** Name of a static member; null for a dynamic one. */
  readonly instanceId: string | null
}

/** A member that says to which generation it belongs; -1 for none. */
export interface GenerationMember extends MemberIdentity {
  readonly generation: number
}

export interface JoinRequest extends MemberIdentity {
  readonly clientId: string
  readonly clientHost: string
  readonly protocolType: string
  readonly protocols: readonly GroupProtocol[]
  readonly sessionTimeoutMs: number
  readonly rebalanceTimeoutMs: number
  /** A new dynamic member first gets an id, with which it joins again. */
  readonly isIdRequired: boolean
  /** The client knows that a leader may be told to leave the assignment as it is. */
  readonly maySkipAssignment: boolean
}

/** What the leader learns of a member. */
export interface JoinedMember {
  readonly memberId: string
  readonly groupInstanceId: string | null
  readonly metadata: Buffer
}

export interface JoinAnswer {
  readonly errorCode: number
  readonly generationId: number
  readonly protocolType: string | null
  readonly protocolName: string | null
  readonly leader: string
  readonly skipAssignment: boolean
  readonly memberId: string
  /** Empty for all but the leader. */
  readonly members: readonly JoinedMember[]
}

export interface SyncRequest extends GenerationMember {
  /** null for clients that don't tell. */
  readonly protocolType: string | null
  readonly protocolName: string | null
  /** By member id; from the leader only. */
  readonly assignments: ReadonlyMap<string, Buffer>
}

export interface SyncAnswer {
  readonly errorCode: number
  readonly protocolType: string | null
  readonly protocolName: string | null
  readonly assignment: Buffer
}

const noBytes = Buffer.alloc(0)

export function refusedJoin(errorCode: number, memberId: string): JoinAnswer {
  return {
    errorCode,
    generationId: -1,
    protocolType: null,
    protocolName: null,
    leader: '',
    skipAssignment: false,
    memberId,
    members: [],
  }
}

export function refusedSync(errorCode: number): SyncAnswer {
  return { errorCode, protocolType: null, protocolName: null, assignment: noBytes }
}

import type { GroupProtocol, Joined } from '../../../src/kafka/group-protocol.ts'
import type { Membership } from '../../../src/kafka/membership.ts'

/** A group as brokers keep it, by the classic protocol, without time: a round ends when all joined. */
export class MemoryGroup {
  readonly #members = new Set<MemoryMembership>()
  #generation = 0
  #isOpen: boolean
  #ids = 0
  #leader = ''

  constructor() {
    this.#isOpen = false
  }

  join(protocol: GroupProtocol, notify: () => void): MemoryMembership {
    return new MemoryMembership(this, protocol, notify)
  }

  has(member: MemoryMembership): boolean {
    return this.#members.has(member)
  }

  enter(member: MemoryMembership): void {
    if (member.id === '') member.id = `member-${++this.#ids}`
    this.#members.add(member)
    this.#open(member)
  }

  remove(member: MemoryMembership): void {
    if (this.#members.delete(member)) this.#open(null)
  }

  /** Ends the round once all members have joined it. */
  async complete(): Promise<void> {
    const members = [...this.#members]
    if (!this.#isOpen || members.some(({ metadata }) => metadata === null)) return
    const leader = members.find(({ id }) => id === this.#leader) ?? members[0]
    if (leader === undefined) return
    this.#isOpen = false
    this.#leader = leader.id
    const generation = ++this.#generation
    const protocol =
      [...(leader.metadata?.keys() ?? [])].find((name) =>
        members.every(({ metadata }) => metadata?.has(name)),
      ) ?? ''
    const joined = members.map(({ id, metadata }) => ({
      memberId: id,
      instanceId: null,
      metadata: Buffer.from(metadata?.get(protocol) ?? []),
    }))
    const self = { generation, memberId: leader.id }
    const assignments = await leader.protocol.assign(protocol, joined, self)
    for (const member of members) {
      const assignment = Buffer.from(assignments.get(member.id) ?? [])
      const place = { generation, memberId: member.id, leaderId: leader.id }
      member.answer = { ...place, protocol, assignment }
      member.metadata = null
      member.notify()
    }
  }

  /** The others have to join again, too. */
  #open(except: MemoryMembership | null): void {
    if (this.#isOpen) {
      for (const member of this.#members) member.notify()
      return
    }
    this.#isOpen = true
    for (const member of this.#members) if (member !== except) member.requestRejoin()
  }
}

/** One worker's place in the group. */
export class MemoryMembership implements Membership {
  readonly protocol: GroupProtocol
  readonly notify: () => void
  readonly #group: MemoryGroup
  id = ''
  /** What it has joined the open round with. */
  metadata: ReadonlyMap<string, Uint8Array> | null = null
  answer: Joined | null = null
  isFrozen: boolean
  #wantsToJoin: boolean

  constructor(group: MemoryGroup, protocol: GroupProtocol, notify: () => void) {
    this.#group = group
    this.protocol = protocol
    this.notify = notify
    this.isFrozen = false
    this.#wantsToJoin = true
  }

  async step(): Promise<boolean> {
    if (this.isFrozen) return false
    if (this.id !== '' && !this.#group.has(this)) {
      this.#forget()
      await this.protocol.onLost()
    }
    if (this.#wantsToJoin) await this.#join()
    await this.#group.complete()
    const { answer } = this
    if (answer === null) return this.metadata === null && !this.#wantsToJoin
    this.answer = null
    await this.protocol.onJoined(answer)
    return !this.#wantsToJoin
  }

  expectRebalance(): void {}

  requestRejoin(): void {
    this.#wantsToJoin = true
    this.notify()
  }

  async leave(): Promise<void> {
    this.#group.remove(this)
    this.#forget()
    this.notify()
  }

  async close(): Promise<void> {
    this.#group.remove(this)
  }

  /** The group goes on without this worker, which does not know. */
  expire(): void {
    this.#group.remove(this)
  }

  #forget(): void {
    this.id = ''
    this.metadata = null
    this.answer = null
    this.#wantsToJoin = true
  }

  async #join(): Promise<void> {
    await this.protocol.onPrepare()
    if (this.isFrozen) return
    this.#wantsToJoin = false
    this.answer = null
    this.#group.enter(this)
    this.metadata = new Map(this.protocol.protocols().map(({ name, metadata }) => [name, metadata]))
  }
}

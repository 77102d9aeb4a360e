import type { Member } from './member.ts'

/** Who is in a group. The first one leads; when it goes, the longest-standing one does. */
export class Members {
  readonly #byId = new Map<string, Member>()
  /** Member ids of static members. */
  readonly #byInstance = new Map<string, string>()
  #leaderId: string | null = null

  get size(): number {
    return this.#byId.size
  }

  get leaderId(): string | null {
    return this.#leaderId
  }

  /** The longest any member may take to join again. */
  get rebalanceTimeoutMs(): number {
    return Math.max(0, ...this.all().map((member) => member.rebalanceTimeoutMs))
  }

  all(): readonly Member[] {
    return [...this.#byId.values()]
  }

  get(id: string): Member | null {
    return this.#byId.get(id) ?? null
  }

  byInstance(instanceId: string): Member | null {
    return this.get(this.#byInstance.get(instanceId) ?? '')
  }

  add(member: Member): void {
    this.#byId.set(member.id, member)
    if (member.instanceId !== null) this.#byInstance.set(member.instanceId, member.id)
    this.#leaderId ??= member.id
  }

  remove(member: Member): void {
    this.#byId.delete(member.id)
    if (member.instanceId !== null) this.#byInstance.delete(member.instanceId)
    if (this.#leaderId === member.id) this.#leaderId = this.all()[0]?.id ?? null
  }

  /** A static member came back: it keeps its place. */
  rename(member: Member, id: string): void {
    const isLeader = this.#leaderId === member.id
    this.#byId.delete(member.id)
    member.id = id
    this.add(member)
    if (isLeader) this.#leaderId = id
  }

  /**
   * Keeps the leader if it joined, else makes the first that did the leader.
   * @returns false when nobody joined.
   */
  electLeader(): boolean {
    if (this.get(this.#leaderId ?? '')?.isJoining) return true
    const next = this.all().find((member) => member.isJoining)
    if (next !== undefined) this.#leaderId = next.id
    return next !== undefined
  }

  /** After a restart. */
  setLeader(id: string | null): void {
    this.#leaderId = id
  }

  /** Whether every member knows one of the protocols. */
  shareOneOf(names: readonly string[]): boolean {
    const shared = this.#shared()
    return this.size === 0 || names.some((name) => shared.has(name))
  }

  /** Each member's vote goes to the first it names of those that all know; the most votes win. */
  vote(): string {
    const shared = this.#shared()
    const votes = new Map<string, number>()
    for (const { protocols } of this.#byId.values()) {
      const choice = protocols.find(({ name }) => shared.has(name))?.name
      if (choice === undefined) throw new TypeError('the members of a group share no protocol')
      votes.set(choice, (votes.get(choice) ?? 0) + 1)
    }
    const [winner] = [...votes].reduce((best, next) => (next[1] > best[1] ? next : best))
    return winner
  }

  /** Names of the protocols that all members know. */
  #shared(): ReadonlySet<string> {
    const [first, ...others] = this.all().map(({ protocols }) => protocols.map(({ name }) => name))
    return new Set(first?.filter((name) => others.every((names) => names.includes(name))))
  }
}

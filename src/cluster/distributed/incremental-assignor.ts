import { excess, isNearBalance, type Loads, place } from './balance.ts'
import {
  both,
  duplicates,
  emptySet,
  intersection,
  minus,
  sizeOf,
  taskKey,
  toWork,
  toWorkSet,
  union,
  type WorkKind,
  type WorkSet,
} from './work-set.ts'
import type { Work } from './worker-protocol.ts'

/** What a leader remembers from one round to the next; never changes. */
export interface AssignorState {
  readonly previousAssignment: WorkSet
  readonly previousRevocation: WorkSet
  readonly previousMembers: ReadonlySet<string>
  /** Generation that the round was for. */
  readonly previousGeneration: number
  readonly revokedInPrevious: boolean
  /** Rounds in a row that would have revoked for balance. */
  readonly successiveRevocations: number
  /** Members that came with nothing while lost work waited, in that order. */
  readonly candidates: readonly string[]
  /** When lost work is shared out, by `Clock.elapsed`; 0 for no such time. */
  readonly scheduledMs: number
  readonly delayMs: number
}

export const newAssignorState: AssignorState = {
  previousAssignment: emptySet,
  previousRevocation: emptySet,
  previousMembers: new Set(),
  previousGeneration: -1,
  revokedInPrevious: false,
  successiveRevocations: 0,
  candidates: [],
  scheduledMs: 0,
  delayMs: 0,
}

export interface AssignmentRound {
  /** What each member says that it runs. */
  readonly members: ReadonlyMap<string, Work>
  readonly configured: Work
  /** Generation that the leader itself was in before; -1 for none. */
  readonly completedGeneration: number
  readonly generation: number
  readonly nowMs: number
  /** `scheduled.rebalance.max.delay.ms` */
  readonly delayMaxMs: number
}

export interface AssignmentResult {
  readonly state: AssignorState
  /** What is new for each member, and what it has to give up. */
  readonly members: ReadonlyMap<string, { readonly work: Work; readonly revoked: Work }>
  /** After this time all members join again; 0 for no such time. */
  readonly delayMs: number
  /** What waits for a worker that left; nobody runs it meanwhile. */
  readonly waiting: Work
}

/** Delay of the second round in a row that would revoke; each further one multiplies it. */
const BACKOFF_FACTOR = 40

/**
 * One round of incremental cooperative assignment (KIP-415): running work stays where it is, but
 * for what has to move for balance, which is revoked now and given away in the next round. Work of
 * members that vanished waits up to `delayMaxMs` for them to come back. While the members stay the
 * same, a small imbalance is left alone, unlike in the reference.
 */
export function assignIncrementally(
  before: AssignorState,
  round: AssignmentRound,
): AssignmentResult {
  const owned = mapValues(round.members, toWorkSet)
  const configured = toWorkSet(round.configured)
  const active = union([...owned.values()])
  const previous = knownBefore(before, round, active)
  const deleted = minus(union([previous, active]), configured)
  const duplicated = duplicates([...owned.values()])
  const lost = minus(previous, active, deleted)
  const created = minus(configured, previous, active)
  const gone = union([deleted, duplicated])
  const next = mapValues(owned, (set) => toLoads(minus(set, gone)))

  const afterLost = handleLost({ ...before, previousRevocation: emptySet }, round, lost, next)
  const { state: balanced, revoked: moved } = revokeForBalance(
    afterLost.state,
    round,
    { configured, active },
    next,
  )
  const placed = union([created, afterLost.toPlace, minus(moved, active)])
  for (const kind of ['connectors', 'tasks'] as const) {
    place(loadsOf(next, kind), sortedItems(placed, kind))
  }
  const members = new Map(
    [...owned].map(([member, had]) => {
      const has = next.get(member) ?? emptySet
      const giveUp = minus(had, has)
      return [member, { work: toWork(minus(has, had)), revoked: toWork(giveUp) }] as const
    }),
  )
  const revoked = intersection(active, union([gone, moved]))
  const waiting = minus(lost, afterLost.toPlace, afterLost.given)
  const state = {
    ...balanced,
    previousAssignment: union([...next.values(), waiting]),
    previousRevocation: revoked,
    previousGeneration: round.generation,
    previousMembers: new Set(round.members.keys()),
  }
  return { state, members, delayMs: state.delayMs, waiting: toWork(waiting) }
}

/** Work that an earlier round gave out, as far as that still says something. */
function knownBefore(before: AssignorState, round: AssignmentRound, active: WorkSet): WorkSet {
  // Another leader ruled in between.
  const isStale = before.previousGeneration !== round.completedGeneration
  const previous = isStale ? emptySet : before.previousAssignment
  const stillThere = sizeOf(intersection(before.previousRevocation, active)) > 0
  return stillThere ? active : previous
}

type OpenLoads = ReadonlyMap<string, Record<WorkKind, Set<string>>>

interface LostOutcome {
  readonly state: AssignorState
  /** To be placed as if it were new. */
  readonly toPlace: WorkSet
  /** Given to members that had come meanwhile; in their loads already. */
  readonly given: WorkSet
}

function handleLost(
  state: AssignorState,
  round: AssignmentRound,
  lost: WorkSet,
  next: OpenLoads,
): LostOutcome {
  const { nowMs, delayMaxMs, members } = round
  const settled = { ...state, candidates: [], scheduledMs: 0, delayMs: 0 }
  if (sizeOf(lost) === 0) {
    const kept = state.revokedInPrevious ? state : settled
    return { state: kept, toPlace: emptySet, given: emptySet }
  }
  const allStay = [...state.previousMembers].every((member) => members.has(member))
  if ((state.scheduledMs === 0 && allStay) || delayMaxMs === 0) {
    return { state, toPlace: lost, given: emptySet }
  }
  if (state.scheduledMs > 0 && nowMs >= state.scheduledMs) {
    const present = state.candidates.filter((member) => members.has(member))
    const after = { ...settled, revokedInPrevious: false }
    if (present.length === 0) return { state: after, toPlace: lost, given: emptySet }
    giveInTurn(lost, present, next)
    return { state: after, toPlace: emptySet, given: lost }
  }
  const empty = [...members].filter(([, work]) => sizeOf(toWorkSet(work)) === 0)
  const candidates = [...new Set([...state.candidates, ...empty.map(([member]) => member)])]
  const leftMs = state.scheduledMs > 0 ? state.scheduledMs - nowMs : delayMaxMs
  const delayMs = Math.min(leftMs, delayMaxMs)
  const waiting = { ...state, candidates, delayMs, scheduledMs: nowMs + delayMs }
  return { state: waiting, toPlace: emptySet, given: emptySet }
}

function giveInTurn(lost: WorkSet, members: readonly string[], next: OpenLoads): void {
  for (const kind of ['connectors', 'tasks'] as const) {
    sortedItems(lost, kind).forEach((item, index) => {
      next.get(members[index % members.length] ?? '')?.[kind].add(item)
    })
  }
}

/** Takes what is revoked, and what was only just given, out of `next`. */
function revokeForBalance(
  state: AssignorState,
  { nowMs, delayMaxMs, members }: AssignmentRound,
  { configured, active }: { readonly configured: WorkSet; readonly active: WorkSet },
  next: OpenLoads,
): { readonly state: AssignorState; readonly revoked: WorkSet } {
  if (state.delayMs > 0) return { state: { ...state, revokedInPrevious: false }, revoked: emptySet }
  const sameMembers = isSameMembers(state.previousMembers, members)
  const revoked = both((kind) => {
    const loads = loadsOf(next, kind)
    if (sameMembers && isNearBalance(loads)) return new Set()
    return new Set([...excess(loads, configured[kind].size).values()].flat())
  })
  if (sizeOf(intersection(revoked, active)) === 0) {
    takeOut(revoked, next)
    const settled = { ...state, revokedInPrevious: false, successiveRevocations: 0 }
    return { state: state.revokedInPrevious ? settled : state, revoked }
  }
  const successiveRevocations = state.successiveRevocations + (state.revokedInPrevious ? 1 : 0)
  const delayMs = state.revokedInPrevious
    ? Math.min(BACKOFF_FACTOR ** successiveRevocations, delayMaxMs)
    : 0
  if (delayMs > 0) {
    const scheduledMs = nowMs + delayMs
    const waiting = { ...state, successiveRevocations, delayMs, scheduledMs }
    return { state: { ...waiting, revokedInPrevious: false }, revoked: emptySet }
  }
  takeOut(revoked, next)
  return { state: { ...state, successiveRevocations, revokedInPrevious: true }, revoked }
}

function isSameMembers(before: ReadonlySet<string>, members: AssignmentRound['members']): boolean {
  return before.size === members.size && [...members.keys()].every((member) => before.has(member))
}

function takeOut(items: WorkSet, loads: OpenLoads): void {
  for (const load of loads.values()) {
    for (const kind of ['connectors', 'tasks'] as const) {
      for (const item of items[kind]) load[kind].delete(item)
    }
  }
}

function loadsOf(loads: OpenLoads, kind: WorkKind): Loads {
  return new Map([...loads].map(([member, load]) => [member, load[kind]]))
}

function toLoads({ connectors, tasks }: WorkSet): Record<WorkKind, Set<string>> {
  return { connectors: new Set(connectors), tasks: new Set(tasks) }
}

/** By name, tasks by number. */
function sortedItems(set: WorkSet, kind: WorkKind): readonly string[] {
  const { connectors, tasks } = toWork(set)
  return kind === 'connectors' ? connectors : tasks.map(taskKey)
}

function mapValues<A, B>(
  map: ReadonlyMap<string, A>,
  change: (value: A) => B,
): ReadonlyMap<string, B> {
  return new Map([...map].map(([key, value]) => [key, change(value)]))
}

import type { RestartRequest } from '../restart-plan.ts'
import type { ConfigEvent } from './config-log.ts'

/** What a worker has to do for what it read in the config topic. */
export type Effect = { readonly kind: 'rejoin'; readonly reason: string } | LocalEffect

/** An effect on what runs in this worker. */
export type LocalEffect =
  /** Stops the tasks of a connector that run with another configuration than the newest. */
  | { readonly kind: 'stop-changed-tasks'; readonly name: string }
  /** Starts the connector itself anew, with its new configuration. */
  | { readonly kind: 'reconfigure'; readonly name: string }
  /** Moves the connector and its tasks here to the new target. */
  | { readonly kind: 'move'; readonly name: string }
  | { readonly kind: 'restart'; readonly name: string; readonly request: RestartRequest }
  | { readonly kind: 'log-level'; readonly namespace: string; readonly level: string }

/**
 * @param isKnown Whether the group shared a connector out already.
 * @returns What to do, in order; what was asked for twice is there once.
 */
export function effectsOf(
  events: readonly ConfigEvent[],
  isKnown: (connector: string) => boolean,
): readonly Effect[] {
  const effects = new Map<string, Effect>()
  const add = (key: string, effect: Effect) => {
    effects.delete(key)
    effects.set(key, effect)
  }
  for (const event of events) {
    switch (event.kind) {
      case 'connector-updated':
        if (isKnown(event.name)) {
          add(`reconfigure ${event.name}`, { kind: 'reconfigure', name: event.name })
        } else add('rejoin', { kind: 'rejoin', reason: `connector ${event.name} is new` })
        break
      case 'connector-removed':
        add('rejoin', { kind: 'rejoin', reason: `connector ${event.name} was deleted` })
        break
      case 'tasks-updated':
        add(`tasks ${event.name}`, { kind: 'stop-changed-tasks', name: event.name })
        add('rejoin', { kind: 'rejoin', reason: `connector ${event.name} has new tasks` })
        break
      case 'target-changed':
        add(`move ${event.name}`, { kind: 'move', name: event.name })
        break
      case 'restart': {
        const key = `restart ${event.name}`
        const before = effects.get(key)
        const earlier = before?.kind === 'restart' ? before.request : null
        const request = larger(earlier, event.request)
        add(key, { kind: 'restart', name: event.name, request })
        break
      }
      case 'logger':
        add(`log ${event.namespace}`, { ...event, kind: 'log-level' })
        break
      case 'session-key':
        break
    }
  }
  // Joining waits for others, so it comes last.
  const sorted = [...effects.values()]
  return [
    ...sorted.filter(({ kind }) => kind !== 'rejoin'),
    ...sorted.filter(({ kind }) => kind === 'rejoin'),
  ]
}

/** Of two requests the one that restarts more. */
function larger(a: RestartRequest | null, b: RestartRequest): RestartRequest {
  if (a === null) return b
  return impactOf(a) > impactOf(b) ? a : b
}

function impactOf({ onlyFailed, includeTasks }: RestartRequest): number {
  return (onlyFailed ? 0 : 2) + (includeTasks ? 1 : 0)
}

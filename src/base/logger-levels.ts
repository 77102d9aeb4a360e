import type { Clock } from './clock.ts'
import { type LoggerRegistry, type LoggerState, type LogLevel, logLevels } from './logger.ts'

/** Level of one namespace; loggers hold it, so a change at run time reaches them at once. */
export interface NamespaceLevel extends LoggerState {
  /** Index in `logLevels`: a message is written when its own index is not above. */
  readonly rank: number
}

export interface LogLevels extends LoggerRegistry {
  /** The level of a namespace that something logs to; from then on it is listed. */
  level(namespace: string): NamespaceLevel
}

type MutableLevel = { -readonly [K in keyof NamespaceLevel]: NamespaceLevel[K] }

/** A new namespace takes the level of the nearest known one above it, else that of `root`. */
export function createLogLevels(rootLevel: LogLevel, clock: Clock): LogLevels {
  const levels = new Map<string, MutableLevel>([['root', levelOf(rootLevel)]])

  const nearest = (name: string): MutableLevel =>
    levels.get(name === '' ? 'root' : name) ??
    nearest(name.slice(0, Math.max(0, name.lastIndexOf('.'))))

  const level = (namespace: string): MutableLevel => {
    const name = normalize(namespace)
    const known = levels.get(name)
    if (known !== undefined) return known
    const added = levelOf(nearest(name).level)
    levels.set(name, added)
    return added
  }

  return {
    level,
    list: () => new Map([...levels].sort(([a], [b]) => order(a, b))),
    get: (namespace) => levels.get(normalize(namespace)) ?? null,
    setLevel(namespace, wanted) {
      const name = normalize(namespace)
      level(name)
      const changed = [...levels].filter(
        ([other, state]) => isWithin(other, name) && state.level !== wanted,
      )
      for (const [, state] of changed) {
        Object.assign(state, levelOf(wanted), { lastModified: clock.now() })
      }
      return changed.map(([other]) => other).sort(order)
    },
  }
}

function levelOf(level: LogLevel): MutableLevel {
  return { level, rank: logLevels.indexOf(level), lastModified: null }
}

function normalize(namespace: string): string {
  return namespace === '' || namespace.toLowerCase() === 'root' ? 'root' : namespace
}

function isWithin(name: string, ancestor: string): boolean {
  return ancestor === 'root' || name === ancestor || name.startsWith(`${ancestor}.`)
}

function order(a: string, b: string): number {
  return a < b ? -1 : 1
}

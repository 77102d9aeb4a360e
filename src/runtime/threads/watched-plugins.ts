import type { PluginRegistry } from '../plugins.ts'

/** Called once for each task or connector, not on the way of records. */
const unwatched: readonly PropertyKey[] = ['commitRecord', 'constructor']

/**
 * The same plug-ins, but before code of a connector or task is called `enter` is, and `leave` with
 * its result when the call returns: an asynchronous method at its first `await`.
 */
export function watchedPlugins(
  plugins: PluginRegistry,
  enter: () => number,
  leave: (former: number) => void,
): PluginRegistry {
  const watched = <T extends object>(target: T): T =>
    // Not a proxy of the object itself, whose methods may be frozen.
    new Proxy<T>(Object.create(Object.getPrototypeOf(target)), {
      has: (_, key) => key in target,
      get(_, key) {
        const value: unknown = Reflect.get(target, key, target)
        if (typeof value !== 'function') return value
        if (unwatched.includes(key)) return value.bind(target)
        return (...args: unknown[]) => {
          const former = enter()
          try {
            return value.apply(target, args)
          } finally {
            leave(former)
          }
        }
      },
    })
  return {
    list: () => plugins.list(),
    entries: (name) => plugins.entries(name),
    async find(role, name, version) {
      const plugin = await plugins.find(role, name, version)
      if (!('createTask' in plugin)) return plugin
      return {
        ...plugin,
        createConnector: () => watched(plugin.createConnector()),
        createTask: () => watched(plugin.createTask()),
      }
    },
  }
}

import type { Port } from './peer.ts'

/**
 * A port that hands on one message in each turn of the event loop, in order: however much is asked
 * of a thread at once, the timers and sockets of what runs in it have their turns between.
 */
export function oneEachTurn(port: Port): Port {
  return {
    postMessage: (message) => port.postMessage(message),
    on(event, listener) {
      const waiting: unknown[] = []
      let isIdle = true
      const next = () => {
        isIdle = waiting.length === 0
        if (isIdle) return
        setImmediate(next)
        listener(waiting.shift())
      }
      return port.on(event, (message) => {
        waiting.push(message)
        if (isIdle) next()
      })
    },
  }
}

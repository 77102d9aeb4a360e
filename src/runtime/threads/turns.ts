import type { Port } from './peer.ts'

/** Time for messages in one turn of the event loop: what else is due is late by this. */
const TURN_MS = 2

/**
 * A port that hands on messages for 2 ms in each turn of the event loop, in order: however much is
 * asked of a thread at once, the timers and sockets of what runs in it have their turns between.
 */
export function inTurns(port: Port): Port {
  return {
    postMessage: (message) => port.postMessage(message),
    on(event, listener) {
      const waiting: unknown[] = []
      /** When the first message of this turn was handed on; null while there is none. */
      let beganMs: number | null = null
      const handOn = () => {
        if (waiting.length === 0) return
        if (beganMs === null) {
          beganMs = performance.now()
          setImmediate(() => {
            beganMs = null
            handOn()
          })
        } else if (performance.now() - beganMs >= TURN_MS) return
        listener(waiting.shift())
        // Called when all that this has begun waits for something: that counts as well.
        queueMicrotask(() => process.nextTick(handOn))
      }
      return port.on(event, (message) => {
        waiting.push(message)
        handOn()
      })
    },
  }
}

import { Session } from 'node:inspector/promises'
import { runningUnitGlobal } from './thread-messages.ts'

/** Code that a thread runs at this moment. */
export interface RunningCode {
  /** Whose it is; 0 where nobody can tell. */
  readonly unit: number
  /** Stack frames, innermost first. */
  readonly frames: readonly string[]
}

interface Answer {
  readonly id?: number
  readonly method?: string
  /** Of `Debugger.paused` and `Debugger.scriptParsed`. */
  readonly params?: {
    readonly callFrames?: readonly CallFrame[]
    readonly scriptId?: string
    readonly url?: string
  }
  readonly result?: { readonly result?: { readonly value?: unknown } }
}

interface CallFrame {
  readonly functionName: string
  readonly location: {
    readonly scriptId: string
    readonly lineNumber: number
    readonly columnNumber?: number
  }
}

/**
 * Stops a busy thread, as a debugger does, and looks what it runs: also an endless loop, or a
 * regular expression that does not come to its end. Takes as long as the thread is in native code,
 * such as a query of SQLite. It may not be terminated meanwhile: a thread that stops with nobody
 * there to let it go on never ends.
 * @returns null when the thread has ended.
 */
export async function runningCode(threadId: number): Promise<RunningCode | null> {
  const session = new Session()
  session.connect()
  try {
    let code: Promise<RunningCode | null> = Promise.resolve(null)
    session.on('NodeWorker.attachedToWorker', ({ params: { sessionId, workerInfo } }) => {
      // Its `workerId` counts within the session.
      if (!workerInfo.title.startsWith(`[worker ${threadId}]`)) return
      code = Promise.race([pausedCode(session, sessionId), ended(session, sessionId)])
    })
    await session.post('NodeWorker.enable', { waitForDebuggerOnStart: false })
    return await code
  } finally {
    await session.post('NodeWorker.disable')
    session.disconnect()
  }
}

/** null once the thread has ended. */
function ended(session: Session, sessionId: string): Promise<null> {
  return new Promise((resolve) => {
    session.on('NodeWorker.detachedFromWorker', ({ params }) => {
      if (params.sessionId === sessionId) resolve(null)
    })
  })
}

/** Does not settle when the thread ends first. */
async function pausedCode(session: Session, sessionId: string): Promise<RunningCode> {
  const { request, paused, urls } = threadDebugger(session, sessionId)
  void request('Debugger.enable')
  void request('Debugger.pause')
  const callFrames = await paused
  // Not within the innermost frame: that of Node's own code may hide `Symbol`.
  const answer = await request('Runtime.evaluate', {
    expression: `globalThis[Symbol.for('${runningUnitGlobal}')]()`,
    returnByValue: true,
  })
  await request('Debugger.disable')
  const unit = answer.result?.result?.value
  return {
    unit: typeof unit === 'number' ? unit : 0,
    frames: callFrames.map((frame) => textOf(frame, urls)),
  }
}

/** The debugger of one thread; what it never answers stays open. */
function threadDebugger(session: Session, sessionId: string) {
  const paused = Promise.withResolvers<readonly CallFrame[]>()
  const open = new Map<number, (answer: Answer) => void>()
  const urls = new Map<string, string>()
  session.on('NodeWorker.receivedMessageFromWorker', ({ params }) => {
    if (params.sessionId !== sessionId) return
    const answer = JSON.parse(params.message) as Answer
    const { callFrames, scriptId = '', url = '' } = answer.params ?? {}
    if (answer.method === 'Debugger.paused') paused.resolve(callFrames ?? [])
    if (answer.method === 'Debugger.scriptParsed') urls.set(scriptId, url)
    open.get(answer.id ?? 0)?.(answer)
  })
  return {
    urls,
    paused: paused.promise,
    request(method: string, params = {}): Promise<Answer> {
      const answer = Promise.withResolvers<Answer>()
      const id = open.size + 1
      open.set(id, answer.resolve)
      const message = JSON.stringify({ id, method, params })
      // Fails when the thread has ended.
      session.post('NodeWorker.sendMessageToWorker', { sessionId, message }).catch(() => {})
      return answer.promise
    },
  }
}

function textOf({ functionName, location }: CallFrame, urls: ReadonlyMap<string, string>): string {
  const { scriptId, lineNumber, columnNumber = 0 } = location
  const at = `${urls.get(scriptId) ?? ''}:${lineNumber + 1}:${columnNumber + 1}`
  return functionName === '' ? `    at ${at}` : `    at ${functionName} (${at})`
}

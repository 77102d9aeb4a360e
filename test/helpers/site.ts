import { after, before } from 'node:test'
import { sharedTestBroker, type TestBroker } from './test-broker.ts'
import { temporaryFolder } from './worker.ts'

/** What the tests of a file have in common. */
export interface Site {
  /** Empty at first. */
  readonly folder: string
  /** Of the broker of the whole run, where there is one; known once the tests run. */
  readonly bootstrap: string
}

/** A broker and a folder, until all tests of the file have ended. */
export function useSite(): Site {
  const folder = temporaryFolder()
  let kafka: Pick<TestBroker, 'bootstrap' | 'stop'> | null = null
  before(async () => {
    kafka = await sharedTestBroker()
  })
  after(async () => {
    await kafka?.stop()
    folder.remove()
  })
  return {
    folder: folder.path,
    get bootstrap() {
      if (kafka === null) throw new Error('the broker starts with the tests')
      return kafka.bootstrap
    },
  }
}

import { test } from 'node:test'
import { blocksOf, endWorkers, preparePage, runPage } from '../helpers/page.ts'
import { filesOf } from '../helpers/sources.ts'
import { startTestBroker } from '../helpers/test-broker.ts'
import { temporaryFolder } from '../helpers/worker.ts'

/** Pages whose commands are given in an environment of their own, elsewhere. */
const elsewhere = ['README.md', 'CONTRIBUTING.md', 'docs/guides/write-a-connector.md']

const pages = filesOf(['*.md', 'docs/**/*.md']).filter(
  (page) => !elsewhere.includes(page) && blocksOf(page).length > 0,
)

for (const page of pages) {
  test(`the commands and the JSON of ${page} do what it says`, async (t) => {
    const kafka = blocksOf(page).some(({ language }) => language === 'sh')
      ? await startTestBroker()
      : null
    t.after(() => kafka?.stop())
    const folder = temporaryFolder()
    t.after(folder.remove)
    const place = await preparePage(folder.path, kafka?.bootstrap ?? 'none')
    t.after(() => endWorkers(place))
    await runPage(page, place)
  })
}

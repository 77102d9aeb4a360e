import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { lockFolder } from '../../../src/broker/storage/folder-lock.ts'
import { temporaryFolder } from '../../helpers/worker.ts'

for (const platform of new Set([process.platform, 'darwin'] as const)) {
  test(`a folder has one broker at a time, on ${platform}`, async (t) => {
    const folder = temporaryFolder()
    t.after(folder.remove)
    const unlock = await lockFolder(folder.path, platform)
    await assert.rejects(lockFolder(folder.path, platform), {
      code: 'ALREADY_EXISTS',
      message: /is used by another broker/,
    })
    unlock()
    const again = await lockFolder(folder.path, platform)
    again()
  })
}

test('what a killed process has left behind is taken over', async (t) => {
  const folder = temporaryFolder()
  t.after(folder.remove)
  const { pid } = spawnSync(process.execPath, ['--version'])
  for (const left of [String(pid), '']) {
    writeFileSync(join(folder.path, 'broker.pid'), left)
    const unlock = await lockFolder(folder.path, 'darwin')
    unlock()
  }
})

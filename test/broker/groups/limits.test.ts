import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errorCode } from '../../../src/protocol/error-codes.ts'
import { GroupDriver } from './group-driver.ts'

test('a group takes no more members than group.max.size, with those that only got an id', async () => {
  const driver = new GroupDriver()
  const codes: number[] = []
  for (let nth = 0; nth < 25; nth++) {
    codes.push((await driver.join({ isIdRequired: true })).errorCode)
  }
  assert.deepEqual(
    codes,
    codes.map((_, nth) =>
      nth < 20 ? errorCode.MEMBER_ID_REQUIRED : errorCode.GROUP_MAX_SIZE_REACHED,
    ),
  )
  driver.clock.advance(60_000)
  const { errorCode: code } = await driver.join({ isIdRequired: true })
  assert.equal(code, errorCode.MEMBER_ID_REQUIRED, 'places that nobody took are free again')
})

test('a member tells the leader a megabyte at the most', async () => {
  const driver = new GroupDriver()
  const protocols = [{ name: 'p', metadata: Buffer.alloc(2 ** 20 + 1) }]
  assert.equal((await driver.join({ protocols })).errorCode, errorCode.INVALID_REQUEST)
})

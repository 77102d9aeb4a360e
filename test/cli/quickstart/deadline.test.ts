import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startDeadline } from '../../../src/cli/quickstart/deadline.ts'

test('a deadline that passes says what did not come', async () => {
  const deadline = startDeadline(10)
  deadline.step('the broker to start')
  deadline.step('the worker to start')
  await assert.rejects(deadline.passed, {
    message:
      /^waited 0\.01 s for the worker to start, in vain; MILLRACE_LOG_LEVEL=DEBUG tells more$/,
  })
})

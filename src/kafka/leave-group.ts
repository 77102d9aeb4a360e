import { leaveGroup } from './apis.ts'
import type { Coordinator } from './coordinator.ts'

/** Longest wait for the answer; then the session's time-out does the same, only later. */
export const LEAVE_TIMEOUT_MS = 5000

/** A member leaves its group; the broker tells the reason to nobody, but logs it. */
export async function leaveGroupOf(
  coordinator: Coordinator,
  memberId: string,
  reason: string,
): Promise<void> {
  const body = { groupId: coordinator.key, memberId, members: [{ memberId, reason }] }
  await coordinator.send(leaveGroup, body, LEAVE_TIMEOUT_MS)
}

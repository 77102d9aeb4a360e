import { ConnectError } from '../../base/errors.ts'
import { Cursor } from '../../protocol/cursor.ts'
import { consumerProtocolSubscription } from '../../protocol/messages/consumer-protocol.ts'
import type { Group } from './group.ts'

const [, NEWEST_VERSION] = consumerProtocolSubscription.versions

/**
 * Whether members consume a topic. Only consumers tell; where what they tell can't be read, it may
 * be any topic.
 */
export function isSubscribed({ cycle }: Group, topic: string): boolean {
  if (cycle.protocolType !== 'consumer') return false
  return cycle.members.all().some((member) => {
    const topics = topicsIn(member.metadata(cycle.protocolName))
    return topics === null || topics.includes(topic)
  })
}

function topicsIn(metadata: Buffer): readonly string[] | null {
  try {
    const cursor = new Cursor(metadata)
    // Newer versions only add to the end.
    const version = Math.min(cursor.readInt16(), NEWEST_VERSION)
    return consumerProtocolSubscription.decode(cursor, version).topics
  } catch (error) {
    if (error instanceof ConnectError || error instanceof RangeError) return null
    throw error
  }
}

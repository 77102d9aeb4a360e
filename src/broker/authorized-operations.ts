/** Operations by their bits; without authorization everybody may do all of them. */
const operation = {
  read: 1 << 3,
  write: 1 << 4,
  create: 1 << 5,
  delete: 1 << 6,
  alter: 1 << 7,
  describe: 1 << 8,
  clusterAction: 1 << 9,
  describeConfigs: 1 << 10,
  alterConfigs: 1 << 11,
  idempotentWrite: 1 << 12,
} as const

const { read, write, create, alter, describe, describeConfigs, alterConfigs } = operation

export const topicOperations =
  read | write | create | operation.delete | alter | describe | describeConfigs | alterConfigs

export const clusterOperations =
  create |
  operation.clusterAction |
  describeConfigs |
  alterConfigs |
  operation.idempotentWrite |
  alter |
  describe

export const groupOperations = read | describe | operation.delete | describeConfigs | alterConfigs

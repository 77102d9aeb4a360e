import { ConnectError } from '../../base/errors.ts'
import type { DistributedConfig } from '../../runtime/worker-config.ts'
import { macAlgorithm, macNames, type SessionKeySettings } from './session-keys.ts'
import type { ProtocolName } from './worker-protocol.ts'

/**
 * `exactly.once.source.support`: from `preparing` on the leader writes the config topic in
 * transactions, with `enabled` source tasks deliver exactly once.
 */
export type ExactlyOnceSupport = 'disabled' | 'preparing' | 'enabled'

/** Settings of a worker's membership, parsed. */
export interface DistributedSettings {
  readonly groupId: string
  readonly exactlyOnce: ExactlyOnceSupport
  /** Of `connect.protocol`. */
  readonly protocol: ProtocolName
  /** `scheduled.rebalance.max.delay.ms` */
  readonly delayMaxMs: number
  /** `worker.sync.timeout.ms` */
  readonly syncTimeoutMs: number
  /** `rebalance.timeout.ms` */
  readonly rebalanceTimeoutMs: number
  /** `worker.unsync.backoff.ms` */
  readonly unsyncBackoffMs: number
  readonly sessionKeys: SessionKeySettings
}

/** The least that Java takes for a MAC. */
const KEY_BITS_MIN = 40

const protocols: Readonly<Record<string, ProtocolName>> = {
  eager: 'default',
  compatible: 'compatible',
  sessioned: 'sessioned',
}

/** @throws ConnectError CONFIG_INVALID */
export function distributedSettings(config: DistributedConfig): DistributedSettings {
  if (config['heartbeat.interval.ms'] >= config['session.timeout.ms']) {
    throw invalid('Heartbeat must be set lower than the session timeout')
  }
  return {
    groupId: config['group.id'],
    exactlyOnce: config['exactly.once.source.support'].toLowerCase() as ExactlyOnceSupport,
    protocol: protocols[config['connect.protocol'].toLowerCase()] ?? 'sessioned',
    delayMaxMs: config['scheduled.rebalance.max.delay.ms'],
    syncTimeoutMs: config['worker.sync.timeout.ms'],
    rebalanceTimeoutMs: config['rebalance.timeout.ms'],
    unsyncBackoffMs: config['worker.unsync.backoff.ms'],
    sessionKeys: sessionKeySettings(config),
  }
}

function sessionKeySettings(config: DistributedConfig): SessionKeySettings {
  const verificationAlgorithms = config['inter.worker.verification.algorithms']
  const signatureAlgorithm = config['inter.worker.signature.algorithm']
  const keyAlgorithm = config['inter.worker.key.generation.algorithm']
  for (const [key, name] of [
    ['inter.worker.key.generation.algorithm', keyAlgorithm],
    ['inter.worker.signature.algorithm', signatureAlgorithm],
    ...verificationAlgorithms.map((each) => ['inter.worker.verification.algorithms', each]),
  ] as const) {
    if (macAlgorithm(name ?? '') === null) {
      throw invalid(
        `Invalid value ${name} for configuration ${key}: the algorithm is not supported; the supported algorithms are: [${macNames.join(', ')}]`,
      )
    }
  }
  if (verificationAlgorithms.length === 0) {
    throw invalid(
      'Invalid value [] for configuration inter.worker.verification.algorithms: At least one signature verification algorithm must be provided',
    )
  }
  if (!verificationAlgorithms.includes(signatureAlgorithm)) {
    throw invalid(
      'Signature algorithm must be present in inter.worker.verification.algorithms list',
    )
  }
  const bits = config['inter.worker.key.size']
  if (bits !== null && bits < KEY_BITS_MIN) {
    throw invalid(
      `Unable to create key generator with algorithm ${keyAlgorithm} and key size ${bits}: Key length must be at least ${KEY_BITS_MIN} bits`,
    )
  }
  return {
    ttlMs: config['inter.worker.key.ttl.ms'],
    keyAlgorithm,
    keyBytes: bits === null ? (macAlgorithm(keyAlgorithm)?.keyBytes ?? 0) : Math.ceil(bits / 8),
    signatureAlgorithm,
    verificationAlgorithms,
  }
}

function invalid(message: string): ConnectError {
  return new ConnectError(message, { code: 'CONFIG_INVALID' })
}

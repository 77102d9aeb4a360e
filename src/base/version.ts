/** Set by the build where it is made in a checkout. */
declare const BUILT_FROM_COMMIT: string | undefined

export const millraceVersion = '0.2.0'

/**
 * Apache Kafka Connect as which this one behaves; also the version of the built-in plug-ins that
 * bear its class names, so that versions and ranges of a configuration mean the same on both.
 */
export const connectVersion = '4.3.1'

/**
 * What the REST API says it is. Tools such as kcctl only offer what Apache Kafka Connect has in the
 * version that it begins with.
 */
export const restVersion = `${connectVersion}-millrace-${millraceVersion}`

/** Commit that this build was made from; `unknown` when run from sources. */
export const millraceCommit =
  typeof BUILT_FROM_COMMIT === 'undefined' ? 'unknown' : BUILT_FROM_COMMIT

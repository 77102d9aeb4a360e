/** Set by the build where it is made in a checkout. */
declare const BUILT_FROM_COMMIT: string | undefined

/** Version of this package; also that of the built-in plug-ins. */
export const millraceVersion = '0.2.0'

/**
 * What the REST API says it is. Tools such as kcctl only offer what Apache Kafka Connect has in the
 * version that it begins with.
 */
export const restVersion = `4.3.1-millrace-${millraceVersion}`

/** Commit that this build was made from; `unknown` when run from sources. */
export const millraceCommit =
  typeof BUILT_FROM_COMMIT === 'undefined' ? 'unknown' : BUILT_FROM_COMMIT

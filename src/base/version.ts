/** Set by the build where it is made in a checkout. */
declare const BUILT_FROM_COMMIT: string | undefined

/** Version of this package; also that of the built-in plug-ins. */
export const millraceVersion = '0.2.0'

/** Commit that this build was made from; `unknown` when run from sources. */
export const millraceCommit =
  typeof BUILT_FROM_COMMIT === 'undefined' ? 'unknown' : BUILT_FROM_COMMIT

/** Version of this package; also that of the built-in plug-ins. */
export const millraceVersion = '0.2.0'

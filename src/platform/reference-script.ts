/** Scalar's browser build, from its package. */
export const referenceScript = new URL('browser/standalone.js', import.meta.resolve('@scalar/api-reference'))

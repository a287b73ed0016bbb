import { defineProblem, type Problem } from './problem'

export const malformedRequest = defineProblem('malformed-request', 400, 'The request could not be read.')
export const multipleCredentials = defineProblem(
  'multiple-credentials',
  400,
  'Send a cookie or a bearer token, not both.',
)
export const unauthenticated = defineProblem('unauthenticated', 401, 'Log in first.')
export const invalidAccessToken = defineProblem(
  'invalid-access-token',
  401,
  'The access token is not valid, or no longer.',
)
export const invalidApiKey = defineProblem('invalid-api-key', 401, 'The API key is not valid, or no longer.')
export const networkNotAllowed = defineProblem(
  'network-not-allowed',
  403,
  'The API key is not accepted from where you are.',
)
export const insufficientUserAuthentication = defineProblem(
  'insufficient-user-authentication',
  401,
  'Show again, or more strongly, that it is you.',
)
export const sessionRevoked = defineProblem('session-revoked', 401, 'This session has ended. Log in again.')
export const crossSiteRequest = defineProblem(
  'cross-site-request',
  403,
  'Cookies are accepted from our own pages only.',
)
export const missingPermission = defineProblem('missing-permission', 403, 'You may not do this.')
export const impersonationRefused = defineProblem(
  'impersonation-refused',
  403,
  'Whoever acts as somebody else may not do this.',
)
export const notFound = defineProblem('not-found', 404, 'There is no such resource, or you may not see it.')
export const methodNotAllowed = defineProblem('method-not-allowed', 405, 'This resource has no such method.')
export const preconditionFailed = defineProblem(
  'precondition-failed',
  412,
  'It has changed since you read it. Read it again.',
)
export const payloadTooLarge = defineProblem('payload-too-large', 413, 'The body is too large.')
export const unsupportedMediaType = defineProblem('unsupported-media-type', 415, 'Send the body as application/json.')
export const invalidRequest = defineProblem('invalid-request', 422, 'Some fields are not valid.')
export const rateLimited = defineProblem('rate-limited', 429, 'Too many requests. Try again later.')
export const unexpected = defineProblem('unexpected', 500, 'Something went wrong on our side.')
export const captchaRequired = defineProblem(
  'captcha-required',
  403,
  'Show that you are no program: solve the challenge.',
)
export const captchaUnavailable = defineProblem(
  'captcha-unavailable',
  503,
  'Challenges can’t be checked right now. Try again in a moment.',
)
export const passkeyCheckUnavailable = defineProblem(
  'passkey-check-unavailable',
  503,
  'Passkeys can’t be checked right now. Try again in a moment.',
)
export const providerUnavailable = defineProblem(
  'provider-unavailable',
  503,
  'The other provider does not answer. Try again in a moment, or log in another way.',
)
export const limitsUnavailable = defineProblem(
  'limits-unavailable',
  503,
  'Requests can’t be counted right now. Try again in a moment.',
)
export const overloaded = defineProblem('overloaded', 503, 'Too much work at once. Try again in a moment.')
export const databaseUnavailable = defineProblem(
  'database-unavailable',
  503,
  'The database does not answer. Try again.',
)
export const dnsUnavailable = defineProblem('dns-unavailable', 503, 'DNS does not answer. Try again in a moment.')
export const blobsUnavailable = defineProblem(
  'blobs-unavailable',
  503,
  'Files can’t be stored or read right now. Try again in a moment.',
)

/** What is wrong with one field of a body: `pointer` is its JSON pointer, `message` says how to mend it. */
export interface FieldError {
  pointer: string
  code: string
  message: string
}

/** More would answer a small body with a large one. */
const mostErrors = 50

/** An `invalid-request` that lists faulty fields by JSON pointer. */
export const invalidFields = (errors: FieldError[]): Problem =>
  invalidRequest({ extensions: { errors: errors.slice(0, mostErrors) } })

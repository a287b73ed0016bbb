import type { Problem } from './problem'
import {
  type FieldError,
  insufficientUserAuthentication,
  invalidAccessToken,
  invalidRequest,
  unexpected,
} from './problems'
import type { Check, CredentialFault } from './refusals'

/** By the codes of jose's errors. */
const faults: Record<string, CredentialFault> = {
  ERR_JWT_EXPIRED: 'expired',
  ERR_JWT_CLAIM_VALIDATION_FAILED: 'claims',
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: 'signature',
}

const faultOf = (cause: unknown): CredentialFault => {
  if (!(cause instanceof Error)) return 'malformed'
  if (cause.message === 'unknown key') return 'unknown-key'
  return ('code' in cause && faults[String(cause.code)]) || 'malformed'
}

/** Fields have such names, or stand in a list; what is called otherwise may be something that somebody sent. */
const fieldName = /^([a-z][A-Za-z]{0,29}|\d{1,3})$/
const deepest = 4
const mostFields = 20

/** Where the fault is: without names that whoever sent it chose. */
const toShownField = ({ pointer, code }: FieldError) => {
  if (code === 'invalid_text') return { pointer: '', code }
  const parts = pointer.split('/').slice(1)
  const known = code === 'unrecognized_keys' ? parts.slice(0, -1) : parts
  const shown = known.slice(0, deepest).map((part) => (fieldName.test(part) ? part : '*'))
  return { pointer: shown.map((part) => `/${part}`).join(''), code }
}

const isFieldError = (entry: unknown): entry is FieldError =>
  typeof entry === 'object' && entry !== null && 'pointer' in entry && 'code' in entry

/** Which check it was, from what the problem says by itself; undefined where its code says all there is. */
const readCheck = ({ definition: { code }, facts: { extensions = {}, cause } }: Problem): Check | undefined => {
  if (code === invalidRequest.definition.code && Array.isArray(extensions.errors)) {
    return { check: 'fields', fields: extensions.errors.filter(isFieldError).slice(0, mostFields).map(toShownField) }
  }
  if (code === insufficientUserAuthentication.definition.code) {
    return { check: 'authentication', level: String(extensions.acrValues), maxAgeSeconds: Number(extensions.maxAge) }
  }
  if (code === invalidAccessToken.definition.code) return { check: 'credential', reason: faultOf(cause) }
  if (code === unexpected.definition.code) {
    return { check: 'failure', error: cause instanceof Error ? cause.name : typeof cause }
  }
  return undefined
}

/** Which check refused: what whoever threw the problem said, or what it says by itself. */
export const explainProblem = (problem: Problem): Check | undefined => problem.facts.check ?? readCheck(problem)

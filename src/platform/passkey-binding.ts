import type { PasskeyVerifier } from '#core/passkeys'
import { retryAfter } from '#core/problem'
import { passkeyCheckUnavailable } from '#core/problems'
import type { BoundWorker } from './imported-hash-binding'

const deadlineMs = 5000

/** The bound Worker is ours: what it found is what its verifier gave. */
const isFinding = <Found>(answer: unknown): answer is { found: Found | null } =>
  typeof answer === 'object' && answer !== null && 'found' in answer

/**
 * Asks the bound Worker, which answers by `answerPasskey`: so the library, heavier than all of the API, weighs nothing in
 * this one. Throws `passkey-check-unavailable` without an answer in time.
 */
export const createBoundPasskeyVerifier = (worker: BoundWorker): PasskeyVerifier => {
  const ask = async <Found>(name: keyof PasskeyVerifier, values: unknown[]): Promise<Found | undefined> => {
    try {
      const response = await worker.fetch('https://passkey/', {
        method: 'POST',
        body: JSON.stringify({ name, values }),
        signal: AbortSignal.timeout(deadlineMs),
      })
      const answer: unknown = await response.json()
      if (!isFinding<Found>(answer)) throw new Error('The bound Worker answered nonsense.')
      return answer.found ?? undefined
    } catch (cause) {
      throw passkeyCheckUnavailable({ ...retryAfter(2), cause })
    }
  }
  return {
    verifyAttestation: (...values) => ask('verifyAttestation', values),
    verifyAssertion: (...values) => ask('verifyAssertion', values),
  }
}

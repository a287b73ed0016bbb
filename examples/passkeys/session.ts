import { createClient, usePasskey } from 'postern/client'

/** On a page of the server itself, so the tokens travel in cookies that no script can read. */
export const postern = createClient('', { transport: 'cookie' })

/** What a log-in came to: in, or one more step. */
export type Step = { kind: 'in' } | { kind: 'challenge'; token: string; mayUsePasskey: boolean }

export const logIn = async (email: string, password: string): Promise<Step> => {
  const answer = await (await postern.auth.login.$post({ json: { email, password } })).json()
  if (!('mfaRequired' in answer)) return { kind: 'in' }
  const { token, methods } = answer.challenge
  return { kind: 'challenge', token, mayUsePasskey: methods.includes('passkey') }
}

/**
 * Logs in with a passkey, which says who it is.
 * @param waiting offers it in the autofill of the address field until `signal` ends that; otherwise a dialog opens at once
 */
export const logInWithPasskey = async (waiting?: AbortSignal): Promise<void> => {
  const options = await (await postern.auth.passkey.options.$post({ json: {} })).json()
  const response = await usePasskey(options, waiting && { mediation: 'conditional', signal: waiting })
  await postern.auth.passkey.verify.$post({ json: { response } })
}

const isTotp = (code: string) => /^\d{6}$/.test(code)

/** Finishes a log-in by six digits of an app, or by a recovery code. */
export const finishWithCode = async (challengeToken: string, code: string, trustDevice: boolean): Promise<void> => {
  const method = isTotp(code) ? ('totp' as const) : ('recovery_code' as const)
  await postern.auth.mfa.verify.$post({ json: { challengeToken, method, code, trustDevice } })
}

/** Finishes a log-in by a passkey of the account. */
export const finishWithPasskey = async (challengeToken: string): Promise<void> => {
  const options = await (await postern.auth.passkey.options.$post({ json: { challengeToken } })).json()
  const response = await usePasskey(options)
  await postern.auth.mfa.verify.$post({ json: { challengeToken, method: 'passkey', response } })
}

/** Steps up by what somebody typed: six digits are an app's, anything else is a password. */
export const stepUp = async (proof: string): Promise<void> => {
  await postern.auth['step-up'].$post({
    json: isTotp(proof) ? { method: 'totp', code: proof } : { method: 'password', password: proof },
  })
}

/** Steps up by a passkey. */
export const stepUpWithPasskey = async (): Promise<void> => {
  const options = await (await postern.auth['step-up'].options.$post()).json()
  await postern.auth['step-up'].$post({ json: { method: 'passkey', response: await usePasskey(options) } })
}

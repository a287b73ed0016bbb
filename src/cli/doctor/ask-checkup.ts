import { Checkup } from '../../features/doctor/contract'
import type { DoorFacts } from '../../features/doctor/door-contract'
import { forgedAddress } from '../../features/doctor/judge-caller'
import type { Ask } from './visitor'

/**
 * Asks the server what only it sees, and pretends to come from elsewhere.
 * @param isSafe whether the token may be sent there
 */
export const askCheckup = async (
  ask: Ask,
  { token, isSafe }: { token: string | undefined; isSafe: boolean },
): Promise<{ checkup: DoorFacts['checkup']; reason: string }> => {
  if (!isSafe)
    return { checkup: null, reason: 'the operator’s token is not sent over a connection that can’t be trusted' }
  const response = await ask('/internal/checkup', {
    method: 'POST',
    headers: { 'x-forwarded-for': forgedAddress, ...(token && { authorization: `Bearer ${token}` }) },
  })
  if (response.status === 404) {
    return {
      checkup: null,
      reason: token ? 'the server does not know this OPERATOR_TOKEN' : 'OPERATOR_TOKEN is not set here',
    }
  }
  const parsed = Checkup.safeParse(await response.json().catch(() => null))
  if (!parsed.success) return { checkup: null, reason: `/internal/checkup answered ${response.status}` }
  const cookie = response.headers.getSetCookie().find((line) => /checkup=/i.test(line)) ?? null
  return { checkup: { facts: parsed.data, cookie }, reason: '' }
}

import { parseConfig } from '#core/config'
import { signToken } from '#core/token-bytes'
import { challengeFormat } from '#features/sessions/read-challenge-token'

/** The token of a log-in of nobody that waits for its second factor, as a server with this SECRET would sign it. */
export const signChallengeToken = (secret: string): Promise<string> => {
  const parsed = parseConfig({ ENVIRONMENT: 'test', SECRET: secret })
  if (!parsed.ok) throw new Error(parsed.faults.join('\n'))
  return signToken(parsed, challengeFormat, new Uint8Array(challengeFormat.claimsLength))
}

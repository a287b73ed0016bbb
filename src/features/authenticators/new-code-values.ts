import type { CoreContext } from '#core/context'
import type { NewCodes } from './binding-fragments'
import { hashRecoveryCode, newRecoveryCodes } from './recovery-code'

/** A set of recovery codes for a person, and what is stored of it. */
export const newCodeValues = async (
  ctx: CoreContext,
  userId: string,
): Promise<{ codes: string[]; values: NewCodes }> => {
  const codes = newRecoveryCodes(ctx)
  const hashes = await Promise.all(codes.map((code) => hashRecoveryCode(userId, code)))
  return { codes, values: { codeHashes: JSON.stringify(hashes), codeCount: codes.length } }
}

import { isPlainText } from '#core/text'
import { describeSecretVersions } from '../features/operations/describe-secret-versions'
import { renewSeals } from '../features/operations/renew-seals'
import { revokeEverything } from '../features/operations/revoke-everything'
import { describeSigningKeys } from '../features/sessions/describe-signing-keys'
import { rotateSigningKey } from '../features/sessions/rotate-signing-key'
import { asOperator, done } from './as-operator'
import { type Call, type Command, Misuse } from './command'
import { tellKeys, tellRevocation, tellRotation } from './tell-of-keys'

const longestReason = 500

const readReason = (call: Call): string => {
  const reason = call.find('reason')?.trim() ?? ''
  if (reason !== '' && reason.length <= longestReason && isPlainText(reason)) return reason
  throw new Misuse(
    `Say why, for the record: --reason "the signing key was in a log" (up to ${longestReason} characters).`,
  )
}

/** Keys that sign, and what SECRET seals: docs/keys.md. */
export const keyCommands: Command[] = [
  {
    name: 'keys rotate',
    summary:
      'stage the next signing key, and say when it signs and the old one leaves; instances take it up by themselves',
    run: asOperator('keys rotate', async (ctx) => {
      const rotation = await rotateSigningKey(ctx)
      return { text: tellRotation(rotation), json: rotation }
    }),
  },
  {
    name: 'keys status',
    summary: 'each signing key and its stage, each version of SECRET and what depends on it',
    run: asOperator('keys status', async (ctx) => {
      const json = {
        signingKeys: await describeSigningKeys(ctx),
        secretVersions: await describeSecretVersions(ctx),
      }
      return { text: tellKeys(json), json }
    }),
  },
  {
    name: 'keys reseal',
    summary: 'seal under the newest version of SECRET what older ones sealed, now and not within the hour',
    run: asOperator('keys reseal', async (ctx, call) => {
      const progress = call.shell.progress('Seals')
      try {
        const { renewed, lost } = await renewSeals(ctx, progress.show)
        if (lost === 0)
          return done(`Sealed ${renewed} values anew. None is left under an older version.`, { renewed, lost })
        const text = `Sealed ${renewed} values anew. ${lost} can’t be opened: their version of SECRET is configured no more.`
        return { text, json: { renewed, lost }, isBad: true }
      } finally {
        progress.end()
      }
    }),
  },
  {
    name: 'keys revoke-all',
    summary: 'in an emergency: revoke every signing key now, and end every session, trusted device and mailed link',
    options: {
      reason: { summary: 'why, for the record', value: 'text' },
      'api-keys': { summary: 'revoke every API key too' },
    },
    asks: (call) => {
      readReason(call)
      const keys = call.isOn('api-keys') ? ' Every API key stops working too.' : ''
      return `Revoke every signing key and log everybody out?${keys}`
    },
    run: asOperator('keys revoke-all', async (ctx, call) => {
      const reason = readReason(call)
      const progress = call.shell.progress('Revoked')
      try {
        const revoked = await revokeEverything(ctx, { reason, hasApiKeys: call.isOn('api-keys') }, progress.show)
        const secretVersions = await describeSecretVersions(ctx)
        return {
          text: tellRevocation(revoked, secretVersions, ctx.config.KEY_REVOCATION_SECONDS),
          json: { ...revoked, secretVersions },
        }
      } finally {
        progress.end()
      }
    }),
  },
]

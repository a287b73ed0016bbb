import type { SecretVersion } from '../features/operations/describe-secret-versions'
import type { Revoked } from '../features/operations/revoke-everything'
import type { SigningKeyState } from '../features/sessions/describe-signing-keys'
import { keySetCacheSeconds } from '../features/sessions/key-schedule'
import type { Rotation } from '../features/sessions/rotate-signing-key'

const at = (instant: Date): string => instant.toISOString()

/** When each step of a rotation is, in words. */
export const tellRotation = ({ keyId, isStaged, publishedBy, signsFrom, replaced }: Rotation): string =>
  [
    isStaged ? `The next signing key is ${keyId}.` : `The next signing key is staged already: ${keyId}.`,
    `  in every key set by  ${at(publishedBy)}`,
    `  signs from           ${at(signsFrom)}`,
    ...(replaced
      ? [
          `The one before, ${replaced.keyId}:`,
          `  its last token dies  ${at(replaced.lastTokenDiesAt)}`,
          `  leaves the key set   ${at(replaced.leavesAt)}`,
        ]
      : []),
  ].join('\n')

const tellSigningKey = ({ keyId, algorithm, stage, signsFrom, ...key }: SigningKeyState): string => {
  const facts = [
    `published ${at(key.publishedAt)}`,
    `signs from ${at(signsFrom)}`,
    key.signsUntil && `until ${at(key.signsUntil)}`,
    key.lastTokenDiesAt && `last token dies ${at(key.lastTokenDiesAt)}`,
    key.leavesAt && `leaves the key set ${at(key.leavesAt)}`,
    key.revokedAt && `revoked ${at(key.revokedAt)}`,
  ].filter(Boolean)
  return `  ${stage.padEnd(8)} ${keyId} ${algorithm}: ${facts.join(', ')}`
}

const tellSeals = (seals: Record<string, number>): string =>
  Object.entries(seals)
    .map(([table, count]) => `${count} ${table}`)
    .join(', ') || 'nothing'

const tellEnd = (version: SecretVersion): string => {
  if (version.state === 'newest') return 'It makes every token and seal.'
  if (version.state === 'missing') return 'It is not configured here: what it sealed can’t be opened.'
  const { sessions = 0, devices = 0, erasures = 0 } = version.dependents ?? {}
  const rest = `Tokens of ${sessions} sessions, ${devices} trusted devices and ${erasures} erasure links may be of it.`
  return version.removableAfter
    ? `${rest} It may be taken out after ${at(version.removableAfter)}; devices are asked for the second factor again then.`
    : `${rest} It may not be taken out yet: postern keys reseal.`
}

const tellVersion = (version: SecretVersion): string => {
  const used = version.firstNewestAt && version.lastNewestAt
  const times = used ? `, the newest from ${at(version.firstNewestAt ?? used)} to ${at(used)} at least` : ''
  return `  ${version.state.padEnd(8)} ${version.keyId}${times}: it sealed ${tellSeals(version.seals)}. ${tellEnd(version)}`
}

/** The keys that count, and the versions of SECRET, in words; keys that are done are only counted. */
export const tellKeys = (keys: { signingKeys: SigningKeyState[]; secretVersions: SecretVersion[] }): string => {
  const shown = keys.signingKeys.filter(({ stage }) => stage !== 'retired' && stage !== 'revoked')
  const count = (stage: string) => keys.signingKeys.filter((key) => key.stage === stage).length
  return [
    'Signing keys',
    ...shown.map(tellSigningKey),
    `  ${count('retired')} are retired, ${count('revoked')} revoked.`,
    'Versions of SECRET',
    ...keys.secretVersions.map(tellVersion),
  ].join('\n')
}

const afterLeakedSecret = [
  'If SECRET leaked too, who has it can open what is sealed, and forge all but access tokens again:',
  '  1. deploy SECRET="<new>,<the present one>" everywhere;',
  '  2. run this command again with it, since the leaked one sealed the key that signs now;',
  '  3. postern keys reseal;',
  '  4. deploy SECRET="<new>" alone.',
]

const whileOlderAreTaken = [
  'Older versions of SECRET are accepted still. If one of them leaked:',
  '  1. postern keys reseal;',
  '  2. deploy SECRET with its newest version alone.',
]

/** What was revoked, who still takes it for how long, and what is to be deployed next, in words. */
export const tellRevocation = (revoked: Revoked, versions: SecretVersion[], lagSeconds: number): string => {
  const { keyId, count, sessions, devices, links, challenges, apiKeys } = revoked
  return [
    `Revoked ${count} signing keys; ${keyId} signs now. Every instance refuses their tokens within ${lagSeconds} s.`,
    `Ended ${sessions} sessions, ${devices} trusted devices, ${links} mailed links, ${challenges} log-ins under way.`,
    apiKeys === null ? 'API keys work as before (--api-keys).' : `Revoked ${apiKeys} API keys, everywhere within 10 s.`,
    `Others who verify by a copy of the key set take old tokens for up to ${keySetCacheSeconds} s, unless they fetch it again or introspect.`,
    ...(versions.some(({ state }) => state === 'older') ? whileOlderAreTaken : afterLeakedSecret),
  ].join('\n')
}

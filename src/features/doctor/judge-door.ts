import type { DoorFacts } from './door-contract'
import { judgeCaller } from './judge-caller'
import { doorNames, found, skipAll, skipped, type Verdict, verdictOf } from './verdict'

const mostSkewSeconds = 5
const leastDays = 14

/** What the door is held against. */
interface Expectations {
  /** How long a new key is published before it signs, in seconds. */
  publishedBeforeSeconds: number
  /** Ids of the keys that the key set must have; undefined where nobody knows them. */
  dueKeys: string[] | undefined
  /** BASE_URL; undefined where nobody knows it. */
  baseUrl: string | undefined
}

const isLocal = (url: string): boolean => ['localhost', '127.0.0.1', '[::1]'].includes(new URL(url).hostname)

const judgeTls = ({ url, tls }: DoorFacts): Verdict[] => {
  const ofTls = ['tls-certificate', 'tls-expires', 'tls-old'] as const
  const isPlain = !url.startsWith('https:')
  const plain = verdictOf('not-https', isPlain && !isLocal(url) && `it is ${url}`)
  if (isPlain || tls === null) return [plain, ...skipAll(ofTls, isPlain ? 'the address is http' : 'nobody shook hands')]
  const { isTrusted, reason, daysLeft, protocol } = tls
  return [
    plain,
    verdictOf('tls-certificate', !isTrusted && reason),
    verdictOf('tls-expires', isTrusted && daysLeft < leastDays && `it ends in ${Math.floor(daysLeft)} days`),
    verdictOf('tls-old', !['TLSv1.2', 'TLSv1.3'].includes(protocol) && `the connection is ${protocol}`),
  ]
}

const judgeKeySet = ({ keySet }: DoorFacts, { publishedBeforeSeconds, dueKeys }: Expectations): Verdict[] => {
  if (keySet === null)
    return [found('key-set-stale', 'there is no key set'), skipped('key-set-cached', 'there is none')]
  const { keyIds, maxAgeSeconds, ageSeconds } = keySet
  const kept = Math.max(ageSeconds, maxAgeSeconds ?? 0)
  const missing = dueKeys?.filter((keyId) => !keyIds.includes(keyId)) ?? []
  return [
    verdictOf(
      'key-set-cached',
      kept > publishedBeforeSeconds &&
        `it may be kept for ${maxAgeSeconds ?? 0} s and is ${ageSeconds} s old, of ${publishedBeforeSeconds} s`,
    ),
    dueKeys === undefined
      ? skipped('key-set-stale', 'nobody here knows the keys')
      : verdictOf('key-set-stale', missing.length > 0 && `it lacks ${missing.join(', ')}`),
  ]
}

const judgeCors = ({ cors }: DoorFacts): Verdict[] => {
  if (cors === null) return skipAll(['cors-refused', 'cors-open'], 'nobody answered')
  const { allowedOrigin, isAllowed, foreignOrigin, givenToForeign } = cors
  return [
    allowedOrigin === null
      ? skipped('cors-refused', 'CORS_ORIGINS is empty, or not known here')
      : verdictOf('cors-refused', !isAllowed && `a page of ${allowedOrigin} may not call`),
    verdictOf('cors-open', givenToForeign !== null && `a page of ${foreignOrigin} was told “${givenToForeign}”`),
  ]
}

const attributesOf = (cookie: string): string[] => cookie.split(';').map((part) => part.trim().toLowerCase())

/** RFC 6265bis, section 4.1.3: what a name with this prefix promises. */
const judgeCookie = ({ checkup, noCheckup }: DoorFacts): Verdict => {
  if (checkup === null) return skipped('cookies-changed', noCheckup)
  const [pair = '', ...attributes] = attributesOf(checkup.cookie ?? '')
  const wanted = ['secure', 'httponly', 'samesite=lax', 'path=/']
  const isGood = pair === '__host-checkup=good' && wanted.every((attribute) => attributes.includes(attribute))
  const hasDomain = attributes.some((attribute) => attribute.startsWith('domain='))
  return verdictOf('cookies-changed', (!isGood || hasDomain) && `one arrived as “${checkup.cookie ?? 'nothing'}”`)
}

const originOf = (url: string): string => new URL(url).origin

/** Judges what a caller sees. */
export function judgeDoor(door: DoorFacts, expected: Expectations): Verdict[] {
  const tls = judgeTls(door)
  if (door.shut !== null) {
    const others = doorNames.filter((name) => name !== 'door-shut' && !tls.some(({ check }) => check === name))
    return [found('door-shut', `${door.url}: ${door.shut}`), ...tls, ...skipAll(others, 'the address does not answer')]
  }
  const { skewSeconds, redirect } = door
  return [
    verdictOf('door-shut', undefined),
    ...tls,
    skewSeconds === null
      ? skipped('clock-differs', 'no answer has a date')
      : verdictOf(
          'clock-differs',
          Math.abs(skewSeconds) > mostSkewSeconds && `the server is ${Math.round(skewSeconds)} s ahead of this machine`,
        ),
    verdictOf('headers-lost', door.lostHeaders.join(', ')),
    verdictOf('answers-cached', door.cached ?? undefined),
    ...judgeKeySet(door, expected),
    ...judgeCors(door),
    judgeCookie(door),
    redirect === null
      ? skipped('redirect-open', 'there is no provider to log in at')
      : verdictOf(
          'redirect-open',
          redirect.status < 400 && `a log-in at ${redirect.provider} would lead back to a foreign address`,
        ),
    verdictOf('operators-open', door.openToStrangers.join(', ')),
    expected.baseUrl === undefined
      ? skipped('address-differs', 'nobody here knows BASE_URL')
      : verdictOf(
          'address-differs',
          originOf(expected.baseUrl) !== originOf(door.url) && `BASE_URL is ${expected.baseUrl}, and not ${door.url}`,
        ),
    ...judgeCaller(door),
  ]
}

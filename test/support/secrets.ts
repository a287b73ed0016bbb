import { addNeedle, findNeedles, windowLength } from './needles'

/** Names of members whose text is a secret, wherever they stand in a body. */
const secretMembers = new Set([
  ...['password', 'currentPassword', 'newPassword', 'passwordHash', 'hash'],
  ...['token', 'accessToken', 'refreshToken', 'challengeToken', 'deviceToken', 'csrfToken', 'idToken', 'access_token'],
  ...['secret', 'clientSecret', 'client_secret', 'otpauthUri', 'challenge', 'signature', 'key', 'codeVerifier'],
])
/** Shorter ones turn up in a log by chance, */
const leastLength = 12
/** and what only has the form of one: a letter again and again, or an id, which tests show for a token. */
const isNone = /^(?:(.)\1*|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})$/s

const noted = new Set<string>()

/** As they are, or as JSON or a URL would write them. */
const spellingsOf = (text: string): string[] => [
  ...new Set([text, JSON.stringify(text).slice(1, -1), encodeURIComponent(text.toWellFormed())]),
]

const note = (text: string, name: string, isAlone: boolean): void => {
  if (noted.has(text)) return
  noted.add(text)
  for (const spelling of spellingsOf(text)) {
    if (spelling.length >= windowLength) addNeedle({ text: spelling, name, isAlone })
  }
}

/** How we keep a token: its hash gives it away to whoever can guess it. */
const noteHash = (secret: string, name: string): void => {
  const digest = new Bun.CryptoHasher('sha256').update(secret).digest()
  for (const encoding of ['hex', 'base64url'] as const)
    addNeedle({ text: digest.toString(encoding), name, isAlone: false })
}

/**
 * Remembers a secret that the tests used, so that `findLeaks` can look for it.
 * @param name what to call it where it is found, since nobody should print it
 */
export const noteSecret = (secret: string, name = 'a secret'): void => {
  if (secret.length < leastLength || isNone.test(secret) || noted.has(secret)) return
  note(secret, name, false)
  noteHash(secret, `the hash of ${name}`)
}

/** Remembers six digits that open something. */
export const noteCode = (code: string): void => {
  if (/^\d{6}$/.test(code)) note(code, 'a code', true)
}

/** Remembers an address of mail. */
export const noteEmail = (email: string): void => {
  if (/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(email)) note(email, 'an address of mail', false)
}

/** Remembers where somebody is in the network, but for this machine. */
export const noteNetworkAddress = (address: string): void => {
  if (/^[\da-f.:]{7,}$/i.test(address) && !/^(127\.|::1$|0\.0\.0\.0)/.test(address))
    note(address, 'a network address', true)
}

/** What a mail lets its reader do: the token of its link, and a code on a line of its own. */
const noteMail = (text: string): void => {
  for (const [, token = ''] of text.matchAll(/#token=([\w-]+)/g)) noteSecret(token, 'a mailed token')
  for (const [, code = ''] of text.matchAll(/^(\d{6})$/gm)) noteCode(code)
}

/** Remembers every secret in a JSON value. */
export const noteSecretsIn = (value: unknown): void => {
  if (typeof value !== 'object' || value === null) return
  for (const [name, member] of Object.entries(value)) {
    if (typeof member !== 'string') {
      if (name === 'recoveryCodes' && Array.isArray(member)) {
        for (const code of member.map(String)) noteSecret(code, 'a recovery code')
      } else noteSecretsIn(member)
    } else if (secretMembers.has(name)) noteSecret(member, name)
    else if (name === 'code') noteCode(member)
    else if (name === 'text') noteMail(member)
    else if (/email$|^to$/i.test(name)) noteEmail(member)
  }
}

const headers: Record<string, (value: string) => void> = {
  authorization: (value) => noteSecret(value.split(' ').at(-1) ?? '', 'what authorizes'),
  cookie: (value) => {
    for (const pair of value.split(';')) noteSecret(pair.split(/=(.*)/)[1] ?? '', 'a cookie')
  },
  'set-cookie': (value) => noteSecret(/^[^=]+=([^;]*)/.exec(value)?.[1] ?? '', 'a cookie'),
  'device-token': (value) => noteSecret(value, 'a device token'),
  'x-csrf-token': (value) => noteSecret(value, 'a CSRF token'),
  'x-forwarded-for': (value) => {
    for (const entry of value.split(',')) noteNetworkAddress(entry.trim())
  },
  'cf-connecting-ip': noteNetworkAddress,
}

/** Remembers every secret in headers that were sent or came back. */
export const noteSecretsInHeaders = (sent: Headers): void => {
  for (const [name, value] of sent) headers[name]?.(value)
}

/** Remembers the settings that are secrets, by their names. */
export const noteSecretSettings = (settings: Record<string, string>): void => {
  for (const [name, value] of Object.entries(settings)) {
    // A key of a site is on its pages.
    if (!/SECRET|PASSWORD|(?<!SITE)_KEY$|_TOKEN$/.test(name)) continue
    for (const part of value.split(',')) noteSecret(part, name)
  }
}

/** How many secrets were noted so far. */
export const countNotedSecrets = (): number => noted.size

/** What a server in development greets with has an example of an address and a password in it. */
const greeting = /^ +-d '\{"email":"ada@example\.com","password":"correct horse battery staple"\}'$/gm

/** What a text gives away of them: what each is called, and in which line. */
export const findLeaks = (text: string): string[] => findNeedles(text.replaceAll(greeting, ''))

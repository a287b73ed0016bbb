/** Names of members whose text is a secret, wherever they stand in a body. */
const secretMembers = new Set([
  ...['password', 'currentPassword', 'newPassword', 'token', 'accessToken', 'refreshToken'],
  ...['secret', 'otpauthUri', 'challenge', 'signature'],
])
/** Shorter ones turn up in a log by chance. */
const leastLength = 12

const noted = new Set<string>()

/** Remembers a secret that the tests used, so that `findLeaks` can look for it. */
export const noteSecret = (secret: string): void => {
  if (secret.length >= leastLength) noted.add(secret)
}

/** Remembers every secret in a JSON value. */
export const noteSecretsIn = (value: unknown): void => {
  if (typeof value !== 'object' || value === null) return
  for (const [name, member] of Object.entries(value)) {
    if (typeof member === 'string' && secretMembers.has(name)) noteSecret(member)
    else if (name === 'recoveryCodes' && Array.isArray(member)) member.map(String).forEach(noteSecret)
    else noteSecretsIn(member)
  }
}

/** How many secrets were noted so far. */
export const countNotedSecrets = (): number => noted.size

/** The secrets that a text holds: as they are, or as JSON or a URL would write them. */
export const findLeaks = (text: string): string[] =>
  [...noted].filter((secret) =>
    [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret.toWellFormed())].some((spelling) =>
      text.includes(spelling),
    ),
  )

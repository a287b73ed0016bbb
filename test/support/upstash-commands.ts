import { RedisClient } from 'bun'

/** What a client asks of Redis, in text as Redis takes it. */
export type Command = [name: string, ...args: string[]]

/** Stock Redis 7.0 refuses a script that begins with this flag of Upstash's. */
const lockingFlag = /^#!lua flags=allow-key-locking(?=\r?\n)/

/** These change the one connection that all requests share, or empty the Redis that all tests share. */
const unavailable =
  /^(multi|exec|discard|watch|unwatch|auth|hello|reset|quit|select|client|monitor|flushall|flushdb|shutdown|p?subscribe)$/i

const sha1 = (text: string) => new Bun.CryptoHasher('sha1').update(text).digest('hex')

/** The error of a request that nobody could carry out. */
export const badRequest = (message: string) => Object.assign(new Error(message), { code: 'BAD_REQUEST' })

/** True when the request is at fault: Redis said so, or it was never sent. Not for a connection that failed. */
export const isRefusal = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && ['BAD_REQUEST', 'ERR_REDIS_SERVER_ERROR'].includes(String(error.code))

/** Opens a connection that replies in the shapes of RESP2, as Upstash does: a hash is a list, a score a string. */
export const connect = async (url: string): Promise<RedisClient> => {
  // Another connection by itself would speak RESP3.
  const client = new RedisClient(url, { autoReconnect: false })
  await client.send('HELLO', ['2'])
  return client
}

/** The command in a JSON array. Throws for what is none, and for what Upstash or these tests do not allow. */
export const toCommand = (value: unknown): Command => {
  if (!Array.isArray(value)) throw badRequest('ERR failed to parse command')
  const [name, ...args] = value.map((part: unknown) => {
    if (typeof part === 'string' || typeof part === 'number' || typeof part === 'boolean') return String(part)
    throw badRequest('ERR failed to parse command')
  })
  if (!name) throw badRequest('ERR empty command')
  if (!unavailable.test(name)) return [name, ...args]
  const reference = 'https://upstash.com/docs/redis/overall/rediscompatibility'
  throw badRequest(`ERR Command is not available: '${name.toUpperCase()}'. See ${reference} for details`)
}

/** The commands of a pipeline, each still to be read. */
export const toCommands = (value: unknown): unknown[] => {
  if (Array.isArray(value) && value.length > 0) return value
  throw badRequest('ERR failed to parse pipeline request')
}

/** The JSON of a body, or a refusal. */
export const parse = (body: string): unknown => {
  try {
    return JSON.parse(body)
  } catch {
    throw badRequest('ERR failed to parse request body')
  }
}

/** The parts of a path, as they were before they were put into one. */
export const readPath = (pathname: string): string[] => {
  try {
    return pathname.split('/').filter(Boolean).map(decodeURIComponent)
  } catch {
    throw badRequest('ERR failed to parse path')
  }
}

/** Lets scripts with Upstash's flag run on stock Redis, under the hash that their client computed. */
export const createTranslation = (): ((command: Command) => Command) => {
  const hashes = new Map<string, string>()
  const withoutFlag = (script: string): string => {
    const plain = script.replace(lockingFlag, '')
    if (plain !== script) hashes.set(sha1(script), sha1(plain))
    return plain
  }
  const toPlainHash = (hash: string) => hashes.get(hash.toLowerCase()) ?? hash
  return ([name, ...args]) => {
    const [first, ...rest] = args
    if (first === undefined) return [name]
    if (/^eval(_ro)?$/i.test(name)) return [name, withoutFlag(first), ...rest]
    if (/^evalsha(_ro)?$/i.test(name)) return [name, toPlainHash(first), ...rest]
    if (!/^script$/i.test(name)) return [name, ...args]
    return [name, first, ...rest.map(/^load$/i.test(first) ? withoutFlag : toPlainHash)]
  }
}

/** Redis's reply as the command's sender expects it: the hash of a loaded script is that of the text they sent. */
export const readReply = ([name, first = '', script = '']: Command, reply: unknown): unknown =>
  /^script$/i.test(name) && /^load$/i.test(first) ? sha1(script) : reply

/** A result with every string in base64 but a literal OK. */
export const encode = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(encode)
  return typeof value === 'string' && value !== 'OK' ? new TextEncoder().encode(value).toBase64() : value
}

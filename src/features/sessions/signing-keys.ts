import type { Config } from '#core/config'
import type { Context } from '#core/context'
import { Problem } from '#core/problem'
import { type KeyStages, publishedBeforeSeconds, stagesOf } from './key-schedule'
import { addSeconds } from './new-session'
import { noteSecretVersion } from './note-secret-version'
import { readSigningKeys, type SigningKey } from './stored-signing-keys'

/** How old they may be where the database is away; a key that they lack may sign after that. */
const lastingSeconds = publishedBeforeSeconds / 2
/** An unknown key id may be a new key's, but asking the database is not free; nor is asking one that is away. */
const pauseSeconds = 5
const noteSeconds = 3600

interface RememberedKeys {
  keys: SigningKey[]
  loadedAt: Date
  /** When they were last asked for, with or without success. */
  askedAt: Date
  /** When they were last asked for because of an unknown id. */
  soughtAt?: Date
  /** When the database last did not answer. */
  failedAt?: Date
  /** When it was last noted which version of SECRET is the newest here. */
  notedAt: Date
}

/** One set for each configuration, that is for each process or isolate. */
const remembered = new WeakMap<Config, RememberedKeys>()

const isWithin = (ctx: Context, instant: Date | undefined, seconds: number): boolean =>
  instant !== undefined && addSeconds(instant, seconds) > ctx.clock.now()

const change = (ctx: Context, facts: Partial<RememberedKeys>): void => {
  const known = remembered.get(ctx.config)
  if (known) remembered.set(ctx.config, { ...known, ...facts })
}

const loadKeys = async (ctx: Context): Promise<SigningKey[]> => {
  const askedAt = ctx.clock.now()
  change(ctx, { askedAt })
  const keys = await readSigningKeys(ctx)
  const known = remembered.get(ctx.config)
  const isNoted = known && isWithin(ctx, known.notedAt, noteSeconds)
  remembered.set(ctx.config, { ...known, keys, loadedAt: askedAt, askedAt, notedAt: isNoted ? known.notedAt : askedAt })
  if (!isNoted) ctx.background(noteSecretVersion(ctx))
  return keys
}

/** Keys that are too old to say that none was revoked; where the database is away, they have to do for a while. */
const renewKeys = async (ctx: Context, { keys, failedAt }: RememberedKeys): Promise<SigningKey[]> => {
  if (isWithin(ctx, failedAt, pauseSeconds)) return keys
  try {
    return await loadKeys(ctx)
  } catch (error) {
    if (!(error instanceof Problem) || error.definition.status !== 503) throw error
    change(ctx, { failedAt: ctx.clock.now() })
    return keys
  }
}

/** All keys as they stand; they come from memory but for the first time, and are renewed behind the answer. */
const getKeys = async (ctx: Context): Promise<SigningKey[]> => {
  const known = remembered.get(ctx.config)
  if (!known || !isWithin(ctx, known.loadedAt, lastingSeconds)) return loadKeys(ctx)
  const { KEY_REVOCATION_SECONDS } = ctx.config
  if (!isWithin(ctx, known.loadedAt, KEY_REVOCATION_SECONDS)) return renewKeys(ctx, known)
  // Behind the answer, so that nobody waits where there is always somebody.
  if (!isWithin(ctx, known.askedAt, KEY_REVOCATION_SECONDS / 2)) ctx.background(loadKeys(ctx))
  return known.keys
}

/** Asks again for keys that are not known; of many who ask at once, one does, and the others are served from memory. */
const getNewerKeys = async (ctx: Context): Promise<SigningKey[]> => {
  const known = remembered.get(ctx.config)
  if (known && isWithin(ctx, known.soughtAt, pauseSeconds)) return known.keys
  change(ctx, { soughtAt: ctx.clock.now() })
  return loadKeys(ctx)
}

/** Which key signs, which will, and which did. */
export const getKeyStages = async (ctx: Context): Promise<KeyStages<SigningKey>> =>
  stagesOf(await getKeys(ctx), ctx.clock.now(), ctx.config.ACCESS_TOKEN_SECONDS)

/** The key that signs now. */
export const getCurrentKey = async (ctx: Context): Promise<SigningKey> => {
  const { current } = await getKeyStages(ctx)
  if (!current) throw new Error('There is no signing key.')
  return current
}

/** The key of this id, in whatever stage. An unknown id makes the keys be read again, at most every few seconds. */
export const findSigningKey = async (ctx: Context, keyId: string): Promise<SigningKey | undefined> => {
  const find = (keys: SigningKey[]) => keys.find((key) => key.keyId === keyId)
  return find(await getKeys(ctx)) ?? find(await getNewerKeys(ctx))
}

const publishedKeys = async (ctx: Context): Promise<(SigningKey | undefined)[]> => {
  const { current, next, previous } = await getKeyStages(ctx)
  return [current, next, ...previous]
}

/** The key of this id while it is published, that is while tokens it signed may live. */
export const findPublishedKey = async (ctx: Context, keyId: string): Promise<SigningKey | undefined> => {
  await findSigningKey(ctx, keyId)
  return (await publishedKeys(ctx)).find((published) => published?.keyId === keyId)
}

/** Whether a key that was known is published still: it may have been revoked, `KEY_REVOCATION_SECONDS` ago at the most. */
export const isKeyPublished = async (ctx: Context, keyId: string): Promise<boolean> =>
  (await publishedKeys(ctx)).some((published) => published?.keyId === keyId)

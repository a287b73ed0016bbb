import type { Config } from '#core/config'
import type { Context } from '#core/context'
import { Problem } from '#core/problem'
import { type KeyStages, publishedBeforeSeconds, stagesLastUntil, stagesOf } from './key-schedule'
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
  instant !== undefined && instant.getTime() + seconds * 1000 > ctx.clock.now().getTime()

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

/** All keys, if it is known at once how they stand. */
const recallKeys = (ctx: Context): SigningKey[] | undefined => {
  const known = remembered.get(ctx.config)
  const { KEY_REVOCATION_SECONDS } = ctx.config
  if (!known || !isWithin(ctx, known.loadedAt, Math.min(lastingSeconds, KEY_REVOCATION_SECONDS))) return undefined
  // Behind the answer, so that nobody waits where there is always somebody.
  if (!isWithin(ctx, known.askedAt, KEY_REVOCATION_SECONDS / 2)) ctx.background(loadKeys(ctx))
  return known.keys
}

/** All keys as they stand; they come from memory but for the first time, and are renewed behind the answer. */
const getKeys = async (ctx: Context): Promise<SigningKey[]> => {
  const recalled = recallKeys(ctx)
  if (recalled) return recalled
  const known = remembered.get(ctx.config)
  return known && isWithin(ctx, known.loadedAt, lastingSeconds) ? renewKeys(ctx, known) : loadKeys(ctx)
}

interface Staged {
  stages: KeyStages<SigningKey>
  /** The ids of those that are published. */
  published: Set<string>
  /** When they are what they are, in milliseconds since 1970. */
  from: number
  until: number
}

/** Of each set of keys as it was looked at last: every request asks. */
const staged = new WeakMap<SigningKey[], Staged>()

const stage = ({ clock, config }: Context, keys: SigningKey[]): Staged => {
  const now = clock.now()
  const known = staged.get(keys)
  if (known && known.from <= now.getTime() && now.getTime() < known.until) return known
  const stages = stagesOf(keys, now, config.ACCESS_TOKEN_SECONDS)
  const published = [stages.current, stages.next, ...stages.previous].flatMap((key) => key?.keyId ?? [])
  const until = stagesLastUntil(keys, now, config.ACCESS_TOKEN_SECONDS)
  const found = { stages, published: new Set(published), from: now.getTime(), until }
  staged.set(keys, found)
  return found
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
  stage(ctx, await getKeys(ctx)).stages

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

/** The key of this id while it is published, that is while tokens it signed may live. */
export const findPublishedKey = async (ctx: Context, keyId: string): Promise<SigningKey | undefined> => {
  const key = await findSigningKey(ctx, keyId)
  return (await isKeyPublished(ctx, keyId)) ? key : undefined
}

/** Whether a key that was known is published still: it may have been revoked, `KEY_REVOCATION_SECONDS` ago at the most. */
export const isKeyPublished = async (ctx: Context, keyId: string): Promise<boolean> =>
  stage(ctx, await getKeys(ctx)).published.has(keyId)

/** The same where it is known at once; false where it isn't. */
export const isKnownPublished = (ctx: Context, keyId: string): boolean => {
  const keys = recallKeys(ctx)
  return keys !== undefined && stage(ctx, keys).published.has(keyId)
}

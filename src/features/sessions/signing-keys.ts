import type { Config } from '#core/config'
import type { Context } from '#core/context'
import { type KeyStages, publishedBeforeSeconds, stagesOf } from './key-schedule'
import { addSeconds } from './new-session'
import { readSigningKeys, type SigningKey } from './stored-signing-keys'

/** Keys older than this are read again, behind the answer; older than `publishedBeforeSeconds` / 2, before it. */
const freshSeconds = 60
/** An unknown key id may be a new key's, but asking the database is not free. */
const unknownKeyPauseSeconds = 5

interface RememberedKeys {
  keys: SigningKey[]
  loadedAt: Date
  /** When they were last asked for, with or without success. */
  askedAt: Date
}

/** One set for each configuration, that is for each process or isolate. */
const remembered = new WeakMap<Config, RememberedKeys>()

const loadKeys = async (ctx: Context): Promise<SigningKey[]> => {
  const askedAt = ctx.clock.now()
  const known = remembered.get(ctx.config)
  if (known) remembered.set(ctx.config, { ...known, askedAt })
  const keys = await readSigningKeys(ctx)
  remembered.set(ctx.config, { keys, loadedAt: askedAt, askedAt })
  return keys
}

/** All keys as they stand; they come from memory but for the first time, and are renewed behind the answer. */
const getKeys = async (ctx: Context): Promise<SigningKey[]> => {
  const known = remembered.get(ctx.config)
  const now = ctx.clock.now()
  if (!known || addSeconds(known.loadedAt, publishedBeforeSeconds / 2) <= now) return loadKeys(ctx)
  if (addSeconds(known.askedAt, freshSeconds) <= now) ctx.background(loadKeys(ctx))
  return known.keys
}

/** Asks again for keys that are not known; of many who ask at once, one does, and the others are served from memory. */
const getNewerKeys = async (ctx: Context): Promise<SigningKey[]> => {
  const known = remembered.get(ctx.config)
  return known && addSeconds(known.askedAt, unknownKeyPauseSeconds) > ctx.clock.now() ? known.keys : loadKeys(ctx)
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

/** The key of this id while it is published, that is while tokens it signed may live. */
export const findPublishedKey = async (ctx: Context, keyId: string): Promise<SigningKey | undefined> => {
  await findSigningKey(ctx, keyId)
  const { current, next, previous } = await getKeyStages(ctx)
  return [current, next, ...previous].find((published) => published?.keyId === keyId)
}

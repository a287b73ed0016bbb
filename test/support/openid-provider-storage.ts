import type { Adapter, AdapterPayload } from 'oidc-provider'
import { noteSecret } from './secrets'

interface Kept {
  model: string
  id: string
  payload: AdapterPayload
}

/** Things whose ids nobody may find in a log. */
const secretModels = new Set(['AccessToken', 'AuthorizationCode', 'RefreshToken'])

const nowSeconds = () => Math.floor(Date.now() / 1000)

/** Where a provider keeps its sessions, codes and tokens; it outlives the instance, as a database would. */
export const createProviderStorage = () => {
  const kept = new Map<string, Kept>()
  const all = () => [...kept.values()]

  /** What it asks of a database for one kind of thing. */
  const adapterOf = (model: string): Adapter => {
    const find = async (id: string) => kept.get(`${model}:${id}`)?.payload
    return {
      find,
      findByUid: async (uid) => all().find((one) => one.model === model && one.payload.uid === uid)?.payload,
      findByUserCode: async () => undefined,
      upsert: async (id, payload) => {
        if (secretModels.has(model)) noteSecret(id)
        kept.set(`${model}:${id}`, { model, id, payload })
      },
      consume: async (id) => {
        const payload = await find(id)
        if (payload) payload.consumed = nowSeconds()
      },
      destroy: async (id) => void kept.delete(`${model}:${id}`),
      revokeByGrantId: async (grantId) => {
        for (const one of all()) if (one.payload.grantId === grantId) kept.delete(`${one.model}:${one.id}`)
      },
    }
  }
  return {
    adapterOf,
    /** The tokens of a kind that somebody has and that were not revoked. */
    tokensOf: (model: 'AccessToken' | 'RefreshToken', subject: string): string[] =>
      all()
        .filter((one) => one.model === model && one.payload.accountId === subject && !one.payload.consumed)
        .map(({ id }) => id),
  }
}

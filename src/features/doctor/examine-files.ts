import type { CoreContext } from '#core/context'
import type { Inside } from './contract'

/** Puts a file into the store, reads it back and deletes it. */
export async function examineFiles({ blobs, ids, random }: CoreContext): Promise<Inside['files']> {
  const key = `checkup/${ids.next()}`
  const bytes = random.bytes(64)
  try {
    await blobs.put(key, bytes, 'application/octet-stream')
    const stored = await blobs.get(key)
    const read = stored && new Uint8Array(await new Response(stored.body).arrayBuffer())
    await blobs.delete([key])
    return read?.toHex() === bytes.toHex() ? 'good' : 'altered'
  } catch {
    return 'away'
  }
}

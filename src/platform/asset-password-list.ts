import type { PasswordList } from '#core/platform'
import { createPasswordList } from './password-list'

/** Where the deployment has the list as an asset: in the bundle it would take half of its limit. */
export const passwordListPath = '/common-passwords.txt'

/**
 * The list among the assets, read once in an isolate. `has` throws when it can't be read. Requests that come while it is
 * read each read it for themselves: in workerd one that waits for what another one fetches is ended as hung.
 */
export const createAssetPasswordList = (fetchAsset: (path: string) => Promise<Response>): PasswordList =>
  createPasswordList(async () => {
    const response = await fetchAsset(passwordListPath)
    if (!response.ok) throw new Error(`The list of passwords was answered with ${response.status}.`)
    return response.text()
  })

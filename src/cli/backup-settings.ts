import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Blobs } from '#core/blobs'
import type { Config } from '#core/config'
import { createDiskBlobs } from '#platform/disk-blobs'
import { readEnvironment } from '#platform/environment'
import { describeFaults } from '#platform/environment-faults'
import { openBlobs } from '#platform/open-blobs'
import { systemClock } from '#platform/system'
import { type Call, Misuse, type Option } from './command'

/** What opens an encrypted archive. */
export const identityOption: Record<string, Option> = {
  identity: { summary: 'the file with the private key of age (AGE-SECRET-KEY-1…)', value: 'path' },
}

/** The settings of this environment. Throws with all that is wrong with them. */
export const readSettings = (): Config => {
  const parsed = readEnvironment(process.env)
  if (!parsed.ok) throw new Error(describeFaults(parsed.faults))
  return parsed.config
}

/** The blob store of the server that has these settings. */
export const openOwnBlobs = (config: Config): Blobs =>
  openBlobs(config, systemClock, () => createDiskBlobs(join(config.DATA_DIRECTORY, 'blobs'), config, systemClock))

/** The private keys in the file that `--identity` names, in the form that age-keygen writes. */
export const readIdentities = async (call: Call): Promise<string[]> => {
  const path = call.find('identity')
  if (path === undefined) return []
  const text = await readFile(path, 'utf8').catch(() => Promise.reject(new Misuse(`${path} can’t be read.`)))
  const keys = text.split('\n').flatMap((line) => /^\s*(AGE-SECRET-KEY-[A-Z0-9-]+)\s*$/.exec(line)?.[1] ?? [])
  if (keys.length === 0) throw new Misuse(`${path} holds no private key of age.`)
  return keys
}

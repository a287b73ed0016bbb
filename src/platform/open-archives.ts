import { join } from 'node:path'
import type { ArchiveStore } from '#core/archive-store'
import type { Config } from '#core/config'
import type { Clock } from '#core/platform'
import { createDiskArchives } from './disk-archives'
import { createS3Archives } from './s3-archives'

const s3Address = /^s3:\/\/([^/]+)\/?(.*)$/

/**
 * The place where archives are kept.
 * @param place a folder, or `s3://bucket/folder` at the store of the settings; that of the settings, unless given
 */
export const openArchives = (config: Config, clock: Clock, place = config.BACKUP_TO): ArchiveStore => {
  const [, bucket, folder = ''] = s3Address.exec(place ?? '') ?? []
  if (bucket === undefined) return createDiskArchives(place ?? join(config.DATA_DIRECTORY, 'backups'), clock)
  const {
    S3_ENDPOINT: endpoint,
    S3_REGION: region,
    S3_ACCESS_KEY_ID: accessKeyId = '',
    S3_SECRET_ACCESS_KEY: secretAccessKey = '',
  } = config
  if (!endpoint) throw new Error(`${place} wants S3_ENDPOINT, S3_BUCKET, S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY.`)
  const timeoutSeconds = config.BLOB_TIMEOUT_SECONDS
  return createS3Archives({ endpoint, region, bucket, accessKeyId, secretAccessKey, timeoutSeconds }, folder)
}

/** The place and the name of one archive. @param path of a file, `s3://bucket/folder/name`, or a name in the usual place */
export const locateArchive = (config: Config, clock: Clock, path: string): { store: ArchiveStore; name: string } => {
  const slash = path.lastIndexOf('/')
  const name = path.slice(slash + 1)
  return { store: openArchives(config, clock, slash < 0 ? undefined : path.slice(0, slash) || '/'), name }
}

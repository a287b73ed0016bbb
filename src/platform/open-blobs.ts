import type { Blobs } from '#core/blobs'
import type { Config } from '#core/config'
import type { Clock } from '#core/platform'
import { withCare } from './careful-blobs'
import { createS3Blobs } from './s3-blobs'

/**
 * The blob store that the settings name: an S3 one, or else what the runtime has.
 * @param own what this runtime has without settings
 */
export const openBlobs = (config: Config, clock: Clock, own: () => Blobs): Blobs => {
  const {
    S3_ENDPOINT: endpoint,
    S3_REGION: region,
    S3_BUCKET: bucket = '',
    S3_ACCESS_KEY_ID: accessKeyId = '',
    S3_SECRET_ACCESS_KEY: secretAccessKey = '',
    BLOB_TIMEOUT_SECONDS: timeoutSeconds,
  } = config
  const blobs = endpoint
    ? createS3Blobs({ endpoint, region, bucket, accessKeyId, secretAccessKey, timeoutSeconds })
    : own()
  return withCare(blobs, { clock, timeoutSeconds })
}

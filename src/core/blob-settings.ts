import * as z from 'zod'
import { httpUrl, seconds } from './setting-types'

/** Settings of where avatars, uploads and exports are kept. */
export const blobSettings = {
  S3_ENDPOINT: httpUrl.optional(),
  S3_REGION: z.string().min(1).default('auto'),
  S3_BUCKET: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/)
    .optional(),
  S3_ACCESS_KEY_ID: z.string().min(1).optional(),
  S3_SECRET_ACCESS_KEY: z.string().min(1).optional(),
  BLOB_TIMEOUT_SECONDS: seconds(10, 600),
}

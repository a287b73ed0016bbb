import * as z from 'zod'
import { httpUrl, optionalText, seconds, splitList } from './setting-types'

/** Settings of where avatars, uploads and exports are kept, and backups. */
export const blobSettings = {
  S3_ENDPOINT: httpUrl.optional(),
  S3_REGION: z.string().min(1).default('auto'),
  S3_BUCKET: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/)
    .optional(),
  S3_ACCESS_KEY_ID: optionalText,
  S3_SECRET_ACCESS_KEY: optionalText,
  BACKUP_TO: z
    .string()
    .regex(/^(?:s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?:\/[\w./-]*)?|(?!\w+:\/\/).+)$/, {
      error: 'is a folder, or s3://bucket/folder',
    })
    .optional(),
  BACKUP_RECIPIENTS: z
    .string()
    .transform(splitList)
    .refine((list) => list.every((recipient) => /^age1[a-z0-9]{20,}$/.test(recipient)), {
      error: 'are public keys of age, which begin with age1, separated by commas',
    })
    .optional(),
  BLOB_TIMEOUT_SECONDS: seconds(10, 600),
}

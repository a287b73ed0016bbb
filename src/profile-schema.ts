import * as z from 'zod'
import { defineProfileSchema } from '#core/profile-schema'
import { line } from '#core/text'

/** What profiles hold beside the usual fields, and how people may want things: the operator's to change (docs/profiles.md). */
export const profileSchema = defineProfileSchema({
  version: 1,
  attributes: {
    pronouns: { schema: line(40), visibility: 'public' },
    company: { schema: line(100), visibility: 'public' },
    jobTitle: { schema: line(100), visibility: 'public' },
    birthdate: { schema: z.iso.date(), visibility: 'private' },
    customerNumber: { schema: line(40), visibility: 'admin' },
  },
  migrate: {},
  preferences: z.strictObject({
    theme: z.enum(['system', 'light', 'dark']).default('system'),
    reducedMotion: z.enum(['system', 'on', 'off']).default('system'),
    weekStart: z.enum(['locale', 'monday', 'saturday', 'sunday']).default('locale'),
    timeFormat: z.enum(['locale', '12h', '24h']).default('locale'),
    emails: z.strictObject({ productNews: z.boolean().default(false), tips: z.boolean().default(false) }).prefault({}),
  }),
})

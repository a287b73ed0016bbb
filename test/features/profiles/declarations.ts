import * as z from 'zod'
import { defineProfileSchema, type ProfileSchema } from '#core/profile-schema'
import type { World } from '../../platform'

/** A declaration that knows one attribute of each kind. */
export const declaration: ProfileSchema = defineProfileSchema({
  version: 1,
  attributes: {
    company: { schema: z.string().trim().min(1).max(20), visibility: 'public' },
    team: {
      schema: z.strictObject({ name: z.string(), size: z.int().optional() }),
      visibility: 'public',
      shownTo: 'users',
    },
    shoeSize: { schema: z.int().min(20).max(60), visibility: 'private' },
    notes: { schema: z.array(z.string()), visibility: 'private' },
    plan: { schema: z.enum(['free', 'paid']), visibility: 'admin' },
  },
  migrate: {},
  preferences: z.strictObject({
    theme: z.enum(['system', 'dark']).default('system'),
    columns: z.array(z.string()).max(3).default(['name']),
    emails: z.strictObject({ news: z.boolean().default(false), tips: z.boolean().default(true) }).prefault({}),
    labels: z.record(z.string(), z.string()).default({}),
  }),
})

/** The next one: `company` is an `employer` now, and a size of shoes is a text. */
export const nextDeclaration: ProfileSchema = defineProfileSchema({
  ...declaration,
  version: 3,
  attributes: {
    employer: { schema: z.string().max(20), visibility: 'public' },
    shoeSize: { schema: z.string().regex(/^EU \d+$/), visibility: 'private' },
    notes: { schema: z.array(z.string()).max(1), visibility: 'private' },
    plan: { schema: z.enum(['free', 'paid']), visibility: 'admin' },
  },
  migrate: {
    2: ({ company, ...kept }) => (company === undefined ? kept : { ...kept, employer: company }),
    3: ({ shoeSize, ...kept }) => (shoeSize === undefined ? kept : { ...kept, shoeSize: `EU ${shoeSize}` }),
  },
})

export const declaring = (world: World, profileSchema: ProfileSchema): World =>
  world.startAnother({}, { profileSchema })

export const patchMe = (world: World, token: string, json: unknown, headers: Record<string, string> = {}) =>
  world.send('PATCH /v1/me', { token, json, headers })

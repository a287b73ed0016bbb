import * as z from 'zod'
import { Address, declaredObject } from './contract'

export const UserId = z.object({ id: z.uuid() })

const shown = () => z.string().nullable()

/** What others see of somebody: null is what is not set and what is not shown to them, alike. */
export const PublicProfile = z
  .object({
    id: z.uuid(),
    name: shown(),
    bio: shown(),
    website: shown(),
    picture: shown(),
    locale: shown(),
    timeZone: shown(),
    phone: shown(),
    address: Address.nullable(),
    email: shown().meta({ description: 'Only an address that is proved.' }),
    attributes: declaredObject('Those that are declared public, set, and shown to the caller.'),
  })
  .meta({ id: 'PublicProfile' })
export type PublicProfile = z.output<typeof PublicProfile>

import * as z from 'zod'
import { line } from '#core/text'

export const Ban = z
  .strictObject({
    reason: line(500).meta({ description: 'Why, for staff.', example: 'Sends spam.' }),
    until: z.iso
      .datetime({ offset: true })
      .optional()
      .meta({ description: 'When it ends by itself; absent for never.', example: '2026-12-24T18:00:00Z' }),
  })
  .meta({ id: 'Ban' })
export type Ban = z.output<typeof Ban>

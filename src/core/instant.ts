import * as z from 'zod'

/** An instant in what we answer: UTC, to the millisecond (RFC 3339). */
export const instant = z.iso.datetime().meta({ example: '2026-11-22T18:51:00.000Z' })

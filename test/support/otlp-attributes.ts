import * as z from 'zod'

/** An attribute as OTLP has it in JSON. */
export const Attribute = z.object({
  key: z.string(),
  value: z.union([
    z.strictObject({ stringValue: z.string() }),
    z.strictObject({ boolValue: z.boolean() }),
    z.strictObject({ intValue: z.string().regex(/^-?\d+$/) }),
    z.strictObject({ doubleValue: z.number() }),
  ]),
})

/** Attributes as a test looks at them. */
export const valuesOf = (attributes: z.output<typeof Attribute>[]) =>
  Object.fromEntries(
    attributes.map(({ key, value }) => {
      const [given = ''] = Object.values(value)
      return [key, 'intValue' in value ? Number(given) : given]
    }),
  )

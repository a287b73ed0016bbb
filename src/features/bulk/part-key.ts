/** Enough for every file, so that keys are in the order of the parts. */
const digits = 12

/**
 * The name of a part of an operation's file: by the byte that it begins with.
 * @param draft tells apart what two workers make of the same part
 */
export const partKey = (operationId: string, start: number, draft?: string): string =>
  `bulk/${operationId}/${String(start).padStart(digits, '0')}${draft === undefined ? '' : `-${draft}`}`

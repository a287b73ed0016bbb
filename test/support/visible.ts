import type { Reply } from './send'

/** What names the request, in a problem. */
const requestIds = /"(instance|requestId)":"[^"]*"/g

/** All that a caller sees of an answer, to the byte, but for what names the request and the second. */
export const visible = ({ status, headers, text }: Reply) => ({
  status,
  text: text.replaceAll(requestIds, '"$1":""'),
  headers: [...headers].filter(([name]) => name !== 'x-request-id' && name !== 'date'),
})

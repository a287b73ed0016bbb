/** The JSON of an answer that must have this status. */
export const expectStatus = async (answer: Promise<Response>, status: number): Promise<unknown> => {
  const response = await answer
  const text = await response.text()
  if (response.status !== status) throw new Error(`It answered ${response.status} instead of ${status}: ${text}`)
  return text === '' ? undefined : JSON.parse(text)
}

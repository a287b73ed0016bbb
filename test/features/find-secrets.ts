/** Which of these a text gives away. Digits count where they stand by themselves: they are part of many a number. */
export const findSecrets = (text: string, secrets: string[]): string[] =>
  secrets.filter((secret) =>
    /^\d+$/.test(secret) ? new RegExp(`(?<![\\da-f.])${secret}(?![\\da-f])`).test(text) : text.includes(secret),
  )

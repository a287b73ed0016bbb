const decoders: Record<string, (body: string) => Buffer> = {
  base64: (body) => Buffer.from(body, 'base64'),
  'quoted-printable': (body) => {
    const toByte = (_: string, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))
    return Buffer.from(body.replaceAll(/=\r?\n/g, '').replaceAll(/=([0-9A-F]{2})/g, toByte), 'latin1')
  },
}

/** The plain text of a message with several bodies (RFC 2045), as its reader sees it. */
export const textOf = (raw: string): string => {
  // A token may begin a line with two hyphens too, so only those with the boundary part the bodies.
  const [, boundary] = /boundary="?([^"\s;]+)/i.exec(raw) ?? []
  const plain = raw.split(`\r\n--${boundary}`).find((part) => /^content-type: text\/plain/im.test(part))
  if (plain === undefined) throw new Error('The message has no plain text.')
  const [head = '', ...paragraphs] = plain.trimStart().split('\r\n\r\n')
  const body = paragraphs.join('\r\n\r\n')
  const [, encoding = ''] = /^content-transfer-encoding: (\S+)/im.exec(head) ?? []
  const decode = decoders[encoding.toLowerCase()] ?? Buffer.from
  return decode(body).toString().replaceAll('\r\n', '\n')
}

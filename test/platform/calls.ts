/** The caller of all tests, unless one says otherwise. */
export const userAgent = 'Analytical Engine/1.0'

export interface Call {
  json?: unknown
  form?: string
  /** The body as it is; its type is in `headers`. */
  bytes?: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>
  /** An access token. */
  token?: string
  headers?: Record<string, string>
}

export interface Answer {
  status: number
  headers: Headers
  text: string
  /** The body, if it is JSON. */
  body: unknown
}

/** The request of a call such as `GET /v1/me`. */
export const toRequest = (base: string, route: string, { json, form, bytes, token, headers }: Call): Request => {
  const [method = 'GET', path = '/'] = route.split(' ')
  return new Request(new URL(path, base), {
    method,
    headers: {
      'user-agent': userAgent,
      ...(json !== undefined && { 'content-type': 'application/json' }),
      ...(form !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(json !== undefined && { body: JSON.stringify(json) }),
    ...(form !== undefined && { body: form }),
    ...(bytes !== undefined && { body: bytes }),
  })
}

/** Reads an answer to its end. */
export const toAnswer = async (response: Response): Promise<Answer> => {
  const text = await response.text()
  const isJson = /[/+]json/.test(response.headers.get('content-type') ?? '')
  return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : undefined }
}

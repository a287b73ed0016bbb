interface Sent {
  init: { body: Blob; headers: Record<string, string> }
}

interface AvatarClient<User> {
  me: { avatar: { $put(none: { json: Record<never, never> }, options: Sent): Promise<{ json(): Promise<User> }> } }
}

/**
 * Makes an image the picture of the person, by `PUT /v1/me/avatar`; the routes of the client send JSON alone. Throws as they do.
 * @param image a file of a form, or what a canvas gives
 * @returns the account with its new `picture`
 */
export const putAvatar = async <User>(client: AvatarClient<User>, image: Blob): Promise<User> => {
  const sent = { init: { body: image, headers: { 'content-type': image.type } } }
  return (await client.me.avatar.$put({ json: {} }, sent)).json()
}

import { defineProblem } from '#core/problem'

export const emailUnverified = defineProblem(
  'email-unverified',
  403,
  'Prove your e-mail address first: open the link in our mail.',
)
export const termsNotAccepted = defineProblem(
  'terms-not-accepted',
  422,
  'Accept the current terms and privacy policy to register.',
)
export const termsChanged = defineProblem(
  'terms-changed',
  409,
  'This is not the current version. Read the current one, and accept that.',
)
export const unsupportedImage = defineProblem('unsupported-image', 415, 'Send a PNG, JPEG, WebP or GIF image.')
export const damagedImage = defineProblem('damaged-image', 422, 'The image can’t be read to its end.')
export const imageTooLarge = defineProblem('image-too-large', 413, 'The image has too many pixels or bytes.')
export const urlForbidden = defineProblem('url-forbidden', 422, 'This address is not one that we fetch from.')
export const urlUnreachable = defineProblem('url-unreachable', 422, 'There was no image to fetch at this address.')
export const uploadMissing = defineProblem('upload-missing', 404, 'Nothing of yours was uploaded there.')

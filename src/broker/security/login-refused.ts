/** A client that isn't who it says; the message goes to it, so it holds no secret. */
export class LoginRefused extends Error {
  override readonly name = 'LoginRefused'
}

import type { Exchange } from './login.ts'
import { LoginRefused } from './login-refused.ts'
import type { Users } from './users.ts'

/** One message: on whose behalf, user and password. @see RFC 4616 */
export function plainExchange(users: Users): Exchange {
  return {
    step(message) {
      const [identity = '', user = '', password, ...others] = message.toString().split('\0')
      if (password === undefined || others.length > 0) {
        throw new LoginRefused('the message is not that of a PLAIN client')
      }
      const isSelf = identity === '' || identity === user
      if (!isSelf || !users.isPassword(user, password)) {
        throw new LoginRefused('invalid user name or password')
      }
      return { answer: Buffer.alloc(0), user }
    },
  }
}

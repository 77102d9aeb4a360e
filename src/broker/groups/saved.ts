/** Whether something was written and is kept as the broker's flush mode asks; maybe later. */
export type Saved = boolean | Promise<boolean>

/** The first answer once it is saved, the other one where it can't be. */
export function onceSaved<A>(saved: Saved, answer: A, refusal: A): A | Promise<A> {
  const choose = (isSaved: boolean) => (isSaved ? answer : refusal)
  return typeof saved === 'boolean' ? choose(saved) : saved.then(choose)
}

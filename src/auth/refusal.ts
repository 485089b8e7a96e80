/** What was asked for is not done. `message` is one clear line for the person who asked, and holds no secret. */
export class Refusal extends Error {
  override name = 'Refusal'
}

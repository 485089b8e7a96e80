/** An answer that is written as JSON already, as part of reading what it shows. */
export class SerializedJson {
  /** UTF-8. */
  readonly body: Buffer
  /** What it shows and goes by, as `shows` of an endpoint tells it of a value. */
  readonly keys: readonly string[]
  constructor(body: Buffer, keys: readonly string[]) {
    this.body = body
    this.keys = keys
  }
}

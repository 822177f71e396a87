import assert from "node:assert/strict"
import { test } from "node:test"
import { addressOf } from "../../dashboard/live/browser/address.js"

test("an address is two folders above the module, whatever stands before", () => {
  const module = new URL("../../dashboard/live/browser/address.js", import.meta.url)
  assert.equal(addressOf("live/a.json?b=1"), new URL("../../live/a.json?b=1", module).href)
})

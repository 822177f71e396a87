// Asks the server for answers to settings, and shows none that is older than one already shown.
//
// One question at a time where the way is short: the next is asked when the answer to the last has come, and only the
// latest value is kept waiting. Where the way takes longer than the work, as many are under way as the work would fill it
// with, at even distances, up to `MOST`: the server computes one of them at a time all the same. A silent server is given
// a rest and more patience, both twice as long each time; none is asked while the browser is offline.

const MOST = 6 // questions under way
const PATIENCE_MS = 1000 // with an answer, at first
const REST_MS = 250 // after a question without an answer, at first
const LONGEST_MS = 8000 // for both
const REFUSED = [400, 500] // the same value would get the same answer
const KEPT = 0.7 // of an estimate, at a new measurement
const GROWS = 1.05 // times as much as before, at most

class Questions {
  constructor(onAnswer) {
    this.onAnswer = onAnswer
    this.underWay = new Map() // from the order of asking to what aborts the question
    this.asked = 0 // how many so far
    this.shown = 0 // the order of the newest answer
    this.way = 0 // milliseconds from a question to its answer without the work
    this.work = Infinity // milliseconds that the server computes when it has nothing else to do
    this.recover()
  }

  // How many may be under way.
  get room() {
    return Math.min(MOST, 1 + Math.floor(this.way / this.work))
  }

  // Whether the server may be asked now.
  get ready() {
    if (this.rest || !navigator.onLine || this.underWay.size >= this.room) return false
    return !this.underWay.size || performance.now() - this.lastAsked >= (this.way + this.work) / this.room
  }

  // The answers to what has been asked are no longer wanted.
  drop() {
    for (const question of this.underWay.values()) question.abort()
    this.underWay.clear()
    this.shown = this.asked
  }

  // Ask as if nobody had ever failed to answer.
  recover() {
    this.failures = 0
    this.drop()
    clearTimeout(this.rest)
    this.rest = null
  }

  async ask(url, about) {
    const order = (this.asked += 1)
    const question = new AbortController()
    const start = (this.lastAsked = performance.now())
    const timer = setTimeout(() => question.abort(), this.longer(PATIENCE_MS))
    this.underWay.set(order, question)
    let response
    let answer
    try {
      response = await fetch(url, { signal: question.signal })
      if (response.ok) answer = await response.json()
    } catch {
      // Aborted, not answered, or not in full: what is shown stays as it is.
    } finally {
      clearTimeout(timer)
    }
    if (!this.underWay.delete(order)) return
    if (answer) {
      this.failures = 0
      this.learn(performance.now() - start, response.headers.get("Server-Timing"))
      if (order > this.shown) {
        this.shown = order
        this.onAnswer(answer, about)
      }
    } else if (!REFUSED.includes(response?.status)) {
      this.askLater(Number(response?.headers.get("Retry-After")))
      if (order === this.asked) this.onAnswer(null, about)
    }
  }

  // Of the work the least is believed, for questions under way together wait for each other; but it may grow.
  learn(trip, timing) {
    const work = Math.max(1, Number(timing?.match(/dur=([\d.]+)/)?.[1] ?? trip))
    const way = Math.max(0, trip - work)
    this.way = this.work < Infinity ? KEPT * this.way + (1 - KEPT) * way : way
    this.work = Math.min(work, GROWS * this.work)
  }

  // None is asked until the rest is over that a busy server asked for, or a longer one than last time where nobody
  // answered.
  askLater(seconds) {
    const rest = 1000 * seconds || this.longer(REST_MS)
    if (!seconds) this.failures += 1
    clearTimeout(this.rest)
    this.rest = setTimeout(() => (this.rest = null), rest * (1 + Math.random() / 2)) // not all visitors at once
  }

  longer(milliseconds) {
    return Math.min(milliseconds * 2 ** this.failures, LONGEST_MS)
  }
}

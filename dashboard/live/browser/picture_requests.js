// Asks the server for answers to settings, and shows none that is older than one already shown.
//
// One question at a time where the way is short: the next is asked when the answer to the last has come, and only the
// latest value is kept waiting. Where the way takes longer than the work, as many are under way as the work would fill it
// with, at even distances, up to `MOST`: the server computes one of them at a time all the same. What will probably be
// wanted next may be asked for while there is nothing else to ask, and the latest answers are kept: the same settings have
// the same answer. A silent server is given a rest and more patience, both twice as long each time; none is asked while the
// browser is offline.

const MOST_UNDER_WAY = 6
const PATIENCE_MS = 1000 // with an answer, at first
const REST_MS = 250 // after a question without an answer, at first
const LONGEST_WAIT_MS = 8000 // for both
const REFUSED_STATUS = 400 // the same value would get the same answer
const LONGEST_REASON_CHARS = 300 // what is longer is no sentence of ours
const UNREADABLE = "The server’s answer cannot be read."
const OLD_ESTIMATE_SHARE = 0.7 // at a new measurement
const MOST_GROWTH_RATIO = 1.05
const KEPT_ANSWERS = 30

export class PictureRequests {
  // `isAnswer` says whether it is one. `onAnswer` is told of it and what it is about, `onNone` in words why there is none;
  // `onSilence` that the newest question was in vain.
  constructor({ isAnswer, onAnswer, onNone, onSilence }) {
    Object.assign(this, { isAnswer, onAnswer, onNone, onSilence })
    this.underWay = new Set() // questions: url, and of those whose answer is wanted what it is about and the order of asking
    this.answers = new Map() // by url, the latest last: the `answer`, or `why` there is none
    this.asked = 0 // how many so far
    this.shown = 0 // the order of the newest answer
    this.way = 0 // milliseconds from a question to its answer without the work
    this.work = Infinity // milliseconds that the server computes when it has nothing else to do
    this.recover()
  }

  // How many wanted ones may be under way.
  get room() {
    return Math.min(MOST_UNDER_WAY, 1 + Math.floor(this.way / this.work))
  }

  // Whether the server may be asked at all now.
  get open() {
    return !this.rest && navigator.onLine && this.underWay.size < MOST_UNDER_WAY
  }

  // Whether it is time to ask.
  get ready() {
    const wanted = [...this.underWay].filter(({ about }) => about).length
    if (!this.open || wanted >= this.room) return false
    return !wanted || performance.now() - this.lastAsked >= (this.way + this.work) / this.room
  }

  // Whether the answer is here, or on its way.
  knows(url) {
    return this.answers.has(url) || Boolean(this.early(url))
  }

  early(url) {
    return [...this.underWay].find((question) => question.url === url)
  }

  // The answers to what has been asked are no longer wanted.
  drop() {
    for (const { aborting } of this.underWay) aborting.abort()
    this.underWay.clear()
    this.shown = this.asked
  }

  // Ask as if nobody had ever failed to answer, or answered.
  recover() {
    this.failures = 0
    this.drop()
    this.answers.clear()
    clearTimeout(this.rest)
    this.rest = null
  }

  // The answer is wanted.
  ask(url, about) {
    const wanted = { order: (this.asked += 1), about }
    const early = this.early(url)
    if (this.answers.has(url)) this.tell(this.answers.get(url), wanted)
    else if (early) Object.assign(early, wanted)
    else this.send({ url, ...wanted })
  }

  // The answer may be wanted next.
  guess(url) {
    if (!this.underWay.size && this.ready && !this.knows(url)) this.send({ url })
  }

  async send(question) {
    const { url } = question
    const aborting = (question.aborting = new AbortController())
    const start = (this.lastAsked = performance.now())
    const timer = setTimeout(() => aborting.abort(), this.longer(PATIENCE_MS))
    this.underWay.add(question)
    const { status, answer, why, timing, rest } = await this.fetched(url, aborting.signal)
    clearTimeout(timer)
    if (!this.underWay.delete(question)) return
    if (answer || status === REFUSED_STATUS) this.keep(url, { answer, why })
    if (question.about && (answer || why)) this.tell({ answer, why }, question)
    if (answer) {
      this.failures = 0
      this.learn(performance.now() - start, timing)
    } else if (status !== REFUSED_STATUS) {
      this.askLater(rest)
      if (question.order === this.asked) this.onSilence(question.about)
    }
  }

  // What the server says: an answer, or why there is none, as far as it says so.
  async fetched(url, signal) {
    let response
    try {
      response = await fetch(url, { signal })
      const { status, headers } = response
      const said = { status, timing: headers.get("Server-Timing"), rest: Number(headers.get("Retry-After")) }
      if (status === 503) return said
      const body = await response.text()
      if (!response.ok) return { ...said, why: body.length <= LONGEST_REASON_CHARS ? body : UNREADABLE }
      const answer = JSON.parse(body)
      return this.isAnswer(answer) ? { ...said, answer } : { ...said, why: UNREADABLE }
    } catch {
      return { why: response?.ok && !signal.aborted ? UNREADABLE : "" }
    }
  }

  tell({ answer, why }, { order, about }) {
    if (order <= this.shown) return
    this.shown = order
    if (answer) this.onAnswer(answer, about)
    else this.onNone(why, about)
  }

  keep(url, answer) {
    this.answers.set(url, answer)
    if (this.answers.size > KEPT_ANSWERS) this.answers.delete(this.answers.keys().next().value)
  }

  // Of the work the least is believed, for questions under way together wait for each other; but it may grow.
  learn(trip, timing) {
    const work = Math.max(1, Number(timing?.match(/dur=([\d.]+)/)?.[1] ?? trip))
    const way = Math.max(0, trip - work)
    this.way = this.work < Infinity ? OLD_ESTIMATE_SHARE * this.way + (1 - OLD_ESTIMATE_SHARE) * way : way
    this.work = Math.min(work, MOST_GROWTH_RATIO * this.work)
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
    return Math.min(milliseconds * 2 ** this.failures, LONGEST_WAIT_MS)
  }
}

// What the keys and the bar do, for a scene or a page. The speaker's window hears of every scene, and may ask for another.

import { addressOf } from "./address.js"
import { component } from "./component.js"
import { Keys } from "./keys.js"
import { Order } from "./order.js"
import { Play } from "./play.js"
import { presenting } from "./presenting.js"
import { reachable } from "./scrolling.js"
import { find, keyed, PARTS } from "./streamlit_dom.js"

// The button of a key, of several the one that says `text`.
const buttonOf = (key, text = "") => {
  const buttons = [...document.querySelectorAll(`${keyed(key)} button`)]
  return buttons.find(({ textContent }) => !text || textContent === text)
}

const press = (key, text) => {
  const button = buttonOf(key, text)
  if (!button || button.disabled) return false
  button.click()
  return true
}

// A page that is chosen from the menu of a narrow screen closes it.
function closeMenu({ target }) {
  if (!target.closest(PARTS.pageLink) || !matchMedia("(max-width: 640px)").matches) return
  find("closesSidebar")?.click()
}

class Stage {
  constructor(root) {
    this.root = root
    this.play = new Play(() => this.write())
    this.order = new Order()
    root.toggleAttribute("data-framed", window.parent !== window)
    this.keys = new Keys((action, detail) => this.act(action, detail), () => this.cue.scenes || presenting())
    document.addEventListener("click", closeMenu)
    this.channel = new BroadcastChannel(channelName())
    this.channel.onmessage = ({ data }) => (data === "hello" ? this.tell() : this.act(data))
    root.querySelectorAll("[data-does]").forEach((button) => (button.onclick = (event) => this.click(button, event)))
    root.querySelector(".stage-black").onclick = () => this.act("any")
    this.wide = new ResizeObserver(() => reachable(document.querySelectorAll(PARTS.wide)))
    this.wide.observe(root.closest(PARTS.block) ?? document.body)
  }

  dispose() {
    this.play.dispose()
    this.keys.dispose()
    this.order.dispose()
    document.removeEventListener("click", closeMenu)
    this.wide.disconnect()
    this.channel.close()
  }

  update(cue) {
    if (cue.slider !== this.cue?.slider || cue.scene !== this.cue?.scene) this.play.forget()
    const news = cue.scenes && cue.scene !== this.cue?.scene
    this.cue = cue
    document.querySelectorAll(`${keyed("scene")} button`).forEach((button, k) => {
      button.title = button.ariaLabel = `${button.textContent}: ${cue.titles[k]}`
    })
    if (news) buttonOf("scene", String(cue.scene))?.scrollIntoView({ block: "nearest", inline: "center" })
    this.write()
    this.tell()
  }

  tell() {
    const { picture, plotly } = this.cue
    this.channel.postMessage({ ...this.cue, picture: picture && addressOf(picture), plotly: addressOf(plotly) })
  }

  write(typed = "") {
    const { root, play, cue } = this
    root.dataset.scenes = cue.scenes
    const [button, speed] = ["play", "speed"].map((does) => root.querySelector(`[data-does=${does}]`))
    button.textContent = play.playing ? "❚❚ Pause" : "▷ Play"
    speed.textContent = `${play.speed}×`
    button.hidden = speed.hidden = !cue.slider
    root.querySelector(".stage-place").textContent = typed ? `${typed} …` : cue.place
  }

  // A button that the mouse has pressed keeps no focus: the next key is the stage's.
  click(button, { detail }) {
    if (detail) button.blur()
    this.act(button.dataset.does)
  }

  // Whether there was something to do.
  act(action, detail) {
    const { root, cue } = this
    const [black, help] = [root.querySelector(".stage-black"), root.querySelector(".stage-help")]
    switch (action) {
      case "any": {
        const was = !black.hidden
        black.hidden = true
        return was
      }
      case "black":
        this.play.stop()
        black.hidden = !black.hidden
        return true
      case "help":
        if (help.open) help.close()
        else help.showModal()
        return true
      case "full":
        if (document.fullscreenElement) document.exitFullscreen()
        else document.documentElement.requestFullscreen?.().catch(() => {})
        return true
      case "speaker":
        return Boolean(cue.scenes && window.open(`${addressOf("live/speaker.html")}#${this.channel.name}`, "speaker", "width=900,height=640"))
      case "play":
        if (!cue.slider) return false
        this.play.toggle(cue.slider)
        return true
      case "speed":
        this.play.faster()
        return true
      case "stop":
        if (!this.play.playing) return leaveFrame()
        this.play.stop()
        return true
      case "present":
      case "undo":
        return press(action)
      case "typed":
        this.write(detail)
        return Boolean(cue.scenes)
    }
    if (!cue.scenes) return false
    this.play.stop()
    const number = { scene: detail, first: 1, last: cue.scenes }[action]
    if (number === undefined) press(action)
    else if (number !== cue.scene) press("scene", String(number))
    return true
  }
}

// The same for as long as this tab is open, through reloads: the speaker's window goes on listening.
function channelName() {
  try {
    return (sessionStorage.stage ??= freshName())
  } catch {
    return freshName() // a frame that may store nothing
  }
}

const freshName = () => `stage-${crypto.randomUUID?.() ?? Math.random()}`

// Out of a frame the keys go back to the page around it. Returns whether there is one.
function leaveFrame() {
  if (window.parent === window) return false
  document.activeElement.blur()
  window.parent.focus()
  return true
}

export default component(
  ".stage",
  (root) => new Stage(root),
  (stage, { data }) => stage.update(data),
)

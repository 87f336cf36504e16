// The player of a call page: seek by segment, word or timeline; the spoken words are lit; keys for hands.
"use strict";

const audio = document.querySelector("audio");
const player = document.querySelector(".player");
const follow = document.querySelector("#follow");
const speed = document.querySelector("#speed");
const heads = document.querySelectorAll(".playhead");
const duration = Number(player.dataset.duration);
const words = [...document.querySelectorAll(".word")]
  .map((element) => ({ element, start: element.dataset.s / 1000, end: element.dataset.e / 1000 }))
  .sort((one, other) => one.start - other.start);
const LOOK_BACK = 40; // words that may have begun before the last one and still sound, on the other channel
let lit = new Set();
let shown = null;

function lastBegun(time) {
  let low = 0;
  let high = words.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (words[middle].start <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}

function spokenAt(time) {
  const last = lastBegun(time);
  return words.slice(Math.max(0, last - LOOK_BACK), last).filter((word) => time < word.end);
}

function light(time) {
  const now = new Set(spokenAt(time).map((word) => word.element));
  for (const element of lit) if (!now.has(element)) element.classList.remove("spoken");
  for (const element of now) element.classList.add("spoken");
  lit = now;
}

function scrollAlong(time) {
  const segment = words[lastBegun(time) - 1]?.element.closest(".segment");
  if (!segment || segment === shown) return;
  shown?.classList.remove("current");
  segment.classList.add("current");
  shown = segment;
  if (follow.checked) segment.scrollIntoView({ block: "center", behavior: "smooth" });
}

function draw() {
  for (const head of heads) {
    head.setAttribute("x1", audio.currentTime);
    head.setAttribute("x2", audio.currentTime);
  }
  light(audio.currentTime);
  scrollAlong(audio.currentTime);
}

function run() {
  draw();
  if (!audio.paused) requestAnimationFrame(run);
}

function seek(time, play = true) {
  audio.currentTime = Math.min(Math.max(time, 0), duration);
  if (play) audio.play().catch(() => {});
}

function seekFromHash() {
  const time = Number(new URLSearchParams(location.hash.slice(1)).get("t"));
  if (time > 0) seek(time, false);
}

function onKey(event) {
  if (event.target.closest("input, select, audio, button, a") || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === " ") audio.paused ? audio.play() : audio.pause();
  else if (event.key === "ArrowLeft") seek(audio.currentTime - 5, false);
  else if (event.key === "ArrowRight") seek(audio.currentTime + 5, false);
  else return;
  event.preventDefault();
}

function onClick(event) {
  const time = event.target.closest("[data-at]");
  const word = event.target.closest(".word");
  const lane = event.target.closest(".lane");
  if (time) {
    seek(Number(time.dataset.at));
    if (event.detail) time.blur(); // clicked, not typed: the space bar is the player's again
  } else if (word) seek(word.dataset.s / 1000);
  else if (lane) {
    const box = lane.getBoundingClientRect();
    seek(((event.clientX - box.left) / box.width) * duration);
  }
}

if (audio) {
  audio.addEventListener("play", run);
  audio.addEventListener("seeked", draw);
  audio.addEventListener("timeupdate", draw);
  if (audio.readyState > 0) seekFromHash();
  else audio.addEventListener("loadedmetadata", seekFromHash, { once: true });
  speed.addEventListener("change", () => (audio.playbackRate = Number(speed.value)));
  document.addEventListener("click", onClick);
  document.addEventListener("keydown", onKey);
}

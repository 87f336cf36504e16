// A call page: go to a segment, a word or a place of the timeline; what is spoken there is lit; keys for hands.
"use strict";

const audio = document.querySelector("audio");
const sound = audio ?? { currentTime: 0, paused: true, play: async () => {} }; // a call without audio is gone through, too
const player = document.querySelector(".player");
const follow = document.querySelector("#follow");
const speed = document.querySelector("#speed");
const heads = document.querySelectorAll(".playhead");
const duration = Number(player.dataset.duration);
const words = [...document.querySelectorAll(".word")]
  .map((element) => ({ element, start: element.dataset.s / 1000, end: element.dataset.e / 1000 }))
  .sort((one, other) => one.start - other.start);
const places = [...document.querySelectorAll(".word.found")].filter(
  (word) => !word.previousElementSibling?.classList.contains("found"),
);
const next = document.querySelector("#next");
const LOOK_BACK = 40; // words that may have begun before the last one and still sound, on the other channel
let lit = new Set();
let shown = null;
let place = -1; // of `places`, the last one gone to

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
  if (follow?.checked ?? true) showCurrent();
}

function showCurrent() {
  shown?.scrollIntoView(sound.paused ? { block: "nearest" } : { block: "center", behavior: "smooth" });
}

function draw() {
  for (const head of heads) {
    head.setAttribute("x1", sound.currentTime);
    head.setAttribute("x2", sound.currentTime);
  }
  light(sound.currentTime);
  scrollAlong(sound.currentTime);
}

function run() {
  draw();
  if (!sound.paused) requestAnimationFrame(run);
}

function seek(time, play = true) {
  sound.currentTime = Math.min(Math.max(time, 0), duration);
  if (play) sound.play().catch(() => {});
  draw();
}

function seekFromHash() {
  const time = Number(new URLSearchParams(location.hash.slice(1)).get("t"));
  if (time > 0) seek(time, false);
  return time > 0;
}

function goToPlace(number) {
  place = number % places.length;
  seek(places[place].dataset.s / 1000, false);
  places[place].scrollIntoView({ block: "center" });
}

function showPlaces() {
  next.hidden = false;
  next.textContent = places.length === 1 ? "1 place" : `${places.length} places, next`;
  if (seekFromHash()) place = places.findIndex((word) => word.dataset.s / 1000 >= sound.currentTime);
  else goToPlace(0);
}

// Whoever scrolls while it plays wants to read elsewhere.
function stopFollowing() {
  if (follow && !sound.paused) follow.checked = false;
}

function onKey(event) {
  if (["PageUp", "PageDown", "Home", "End", "ArrowUp", "ArrowDown"].includes(event.key)) stopFollowing();
  if (event.target.closest("input, select, audio, button, a") || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === " " && audio) audio.paused ? audio.play() : audio.pause();
  else if (event.key === "ArrowLeft") seek(sound.currentTime - 5, false);
  else if (event.key === "ArrowRight") seek(sound.currentTime + 5, false);
  else if (event.key === "n" && places.length) goToPlace(place + 1);
  else return;
  event.preventDefault();
}

function onClick(event) {
  const time = event.target.closest("[data-at]");
  const word = event.target.closest(".word");
  const lane = event.target.closest(".lane");
  if (event.target === next) {
    goToPlace(place + 1);
    if (event.detail) next.blur(); // as below
  } else if (time) {
    seek(Number(time.dataset.at));
    if (event.detail) time.blur(); // clicked, not typed: the space bar is the player's again
  } else if (word) seek(word.dataset.s / 1000);
  else if (lane) {
    const box = lane.getBoundingClientRect();
    seek(((event.clientX - box.left) / box.width) * duration);
  }
}

document.addEventListener("click", onClick);
document.addEventListener("keydown", onKey);
addEventListener("hashchange", seekFromHash);
if (audio) {
  let byHand = false;
  addEventListener("pointerdown", (event) => {
    byHand = true;
    if (event.target === document.documentElement) stopFollowing(); // the scroll bar
  });
  addEventListener("keydown", () => (byHand = false), true);
  addEventListener("wheel", stopFollowing, { passive: true });
  addEventListener("touchmove", stopFollowing, { passive: true });
  audio.addEventListener("play", run);
  audio.addEventListener("seeked", draw);
  audio.addEventListener("timeupdate", draw);
  speed.addEventListener("change", () => (audio.playbackRate = Number(speed.value)));
  follow.addEventListener("change", () => follow.checked && showCurrent());
  player.addEventListener("change", (event) => byHand && event.target.blur()); // likewise
}
if (places.length) showPlaces();
else seekFromHash();
